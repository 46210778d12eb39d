import { type ErrorRow, EXIT } from './row.ts'

/** Files that people carry between machines (docs/protocol/files.md). Numbers 1260 to 1279. */
export const CARRIED_ERRORS = {
  REQUEST_OUTDATED: {
    number: 1260,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The authority has signed other entries since this request was made.',
    hint: 'Import the newest log at the node (trust import), look again, and make the request anew.'
  },
  REQUEST_AHEAD: {
    number: 1261,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The request builds on entries that this machine does not have.',
    hint: 'Bring them first: trust export --log at the node, trust import here.'
  },
  TRUST_FILE_GAP: {
    number: 1262,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The file begins after the end of the log that is here.',
    hint: 'Import the files in between first, or one that was made with trust export --log.'
  },
  FILE_DAMAGED: {
    number: 1263,
    exit: EXIT.verification,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The file is cut off, changed, or none of Peerage.',
    hint: 'Copy it again from the machine that wrote it.'
  },
  FILE_OTHER: {
    number: 1264,
    exit: EXIT.verification,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The file is of another kind than this command takes.',
    hint: 'Look at what it says it is, and give it to the command for that.'
  },
  FILE_NEWER: {
    number: 1265,
    exit: EXIT.verification,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The file was written by a newer version, in a format that this one does not know.',
    hint: 'Update Peerage on this machine.'
  },
  CSR_MALFORMED: {
    number: 1266,
    exit: EXIT.verification,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The certificate request is not in the form that Peerage writes.',
    hint: 'Make it with peerage cert csr in the home of the new node.'
  },
  FILE_WITHOUT_CERTIFICATE: {
    number: 1267,
    exit: EXIT.verification,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The file is a part of the trust log, without a certificate for this home.',
    hint: 'Take the file that authority sign made of the request of this home (cert csr).'
  }
} as const satisfies Record<string, ErrorRow>
