import { type ErrorRow, EXIT } from './row.ts'

/** Key files and the passphrases that open them. Numbers 1150 to 1199. */
export const KEY_ERRORS = {
  KEY_FILE_MISSING: {
    number: 1150,
    exit: EXIT.failure,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The key file does not exist.',
    hint: 'Create a network or join one in this home, or restore the file from a backup.'
  },
  KEY_FILE_DAMAGED: {
    number: 1151,
    exit: EXIT.verification,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The key file is truncated or was changed.',
    hint: 'Restore the file from a backup; a node without its key must join again.'
  },
  KEY_FILE_PERMISSIONS: {
    number: 1152,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The key file can be read by other users of this machine.',
    hint: 'Run: chmod 600 on the file named in the details.'
  },
  KEY_FILE_MISMATCH: {
    number: 1153,
    exit: EXIT.verification,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The key file belongs to another node or authority.',
    hint: 'Restore the key file that belongs to this home.'
  },
  PASSPHRASE_REQUIRED: {
    number: 1154,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'A passphrase is needed and none was given.',
    hint: 'Give --passphrase-file FILE, or type it when asked on a terminal.'
  },
  PASSPHRASE_WRONG: {
    number: 1155,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The passphrase does not open the key.',
    hint: 'Try again with the passphrase that was set when the key was created.'
  },
  RECOVERY_CODE_MALFORMED: {
    number: 1156,
    exit: EXIT.verification,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The recovery code is not typed as it was written down.',
    hint: 'Compare the named groups with the paper: eight groups of five characters.'
  },
  RECOVERY_CODE_WRONG: {
    number: 1157,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The recovery code is not the one that recovers this network now.',
    hint: 'Find the code of this network; one that was used is replaced by the code printed then.'
  },
  RECOVERY_ABSENT: {
    number: 1158,
    exit: EXIT.denied,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'This network has no recovery key.',
    hint: 'It was created with --recovery-out none, or recovered so: keep copies of the authority key.'
  }
} as const satisfies Record<string, ErrorRow>
