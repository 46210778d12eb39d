import { type ErrorRow, EXIT } from './row.ts'

/** Database, home, configuration and runtime. Numbers 1700 to 1729. */
export const STORAGE_ERRORS = {
  STORAGE_DAMAGED: {
    number: 1700,
    exit: EXIT.verification,
    layer: 'storage',
    retryable: false,
    penalty: 'none',
    text: 'The database of this home is damaged.',
    hint: 'Set this home aside and restore it: peerage restore FILE; the file was left as it is.'
  },
  STORAGE_SALVAGED: {
    number: 1704,
    exit: EXIT.verification,
    layer: 'storage',
    retryable: false,
    penalty: 'none',
    text: 'The database was damaged; what could be verified was taken over.',
    hint: 'Check the disk. What the details call lost comes back from the peers; invites and tokens have to be made again.'
  },
  STORAGE_SUSPECT: {
    number: 1706,
    exit: EXIT.verification,
    layer: 'storage',
    retryable: false,
    penalty: 'none',
    text: 'Damage was found in the database while the node runs: it shows no records any more.',
    hint: 'Check the disk and start the node again: it takes over what can be verified.'
  },
  STORAGE_FULL: {
    number: 1701,
    exit: EXIT.failure,
    layer: 'storage',
    retryable: true,
    penalty: 'none',
    text: 'There is no room left: nothing was stored.',
    hint: 'Free some space on the disk, or raise record_disk_mib where the details have bytesMax; the node goes on by itself.'
  },
  STORAGE_FAILED: {
    number: 1702,
    exit: EXIT.failure,
    layer: 'storage',
    retryable: true,
    penalty: 'none',
    text: 'The disk did not take the data.',
    hint: 'Check the disk and its file system.'
  },
  STORAGE_TOO_NEW: {
    number: 1703,
    exit: EXIT.failure,
    layer: 'storage',
    retryable: false,
    penalty: 'none',
    text: 'The database was written by a newer version of Peerage.',
    hint: 'Use that version, or restore a backup from before the upgrade.'
  },
  STORAGE_TOO_OLD: {
    number: 1705,
    exit: EXIT.failure,
    layer: 'storage',
    retryable: false,
    penalty: 'none',
    text: 'The network of this home was made by a draft of Peerage, in a form that no version reads any more.',
    hint: 'Make the network anew, and export records with the version that made it.'
  },
  HOME_UNWRITABLE: {
    number: 1710,
    exit: EXIT.failure,
    layer: 'config',
    retryable: false,
    penalty: 'none',
    text: 'The home directory cannot be written.',
    hint: 'Check owner and mode of the directory, or choose another with --home.'
  },
  HOME_PERMISSIONS: {
    number: 1711,
    exit: EXIT.denied,
    layer: 'config',
    retryable: false,
    penalty: 'none',
    text: 'The home directory is open to other users of this machine.',
    hint: 'Run: chmod 700 on the directory named in the details.'
  },
  HOME_EMPTY: {
    number: 1712,
    exit: EXIT.notFound,
    layer: 'config',
    retryable: false,
    penalty: 'none',
    text: 'There is no network in this home.',
    hint: 'Create one with: peerage network create NAME --node NODE, or join one with: peerage join --invite-file FILE'
  },
  HOME_IN_USE: {
    number: 1713,
    exit: EXIT.conflict,
    layer: 'config',
    retryable: false,
    penalty: 'none',
    text: 'Another daemon runs in this home.',
    hint: 'Stop it with: peerage down, or choose another home with --home.'
  },
  SOCKET_PATH_TOO_LONG: {
    number: 1714,
    exit: EXIT.failure,
    layer: 'config',
    retryable: false,
    penalty: 'none',
    text: 'The path of the control socket is longer than the system allows.',
    hint: 'Choose a home with a shorter path.'
  },
  CONFIG_INVALID: {
    number: 1715,
    exit: EXIT.usage,
    layer: 'config',
    retryable: false,
    penalty: 'none',
    text: 'The configuration is not valid.',
    hint: 'Correct the setting named in the details.'
  },
  ENVIRONMENT_EMPTY: {
    number: 1718,
    exit: EXIT.usage,
    layer: 'config',
    retryable: false,
    penalty: 'none',
    text: 'A variable of the environment that gives a setting is empty.',
    hint: 'Give it a value, or unset it: then the file decides, or the default.'
  },
  RUNTIME_UNSUPPORTED: {
    number: 1716,
    exit: EXIT.failure,
    layer: 'config',
    retryable: false,
    penalty: 'none',
    text: 'This version of Node.js is too old.',
    hint: 'Install Node.js 24.7 or newer, or run npm ci in the clone, which brings its own.'
  },
  SOCKET_PATH_TAKEN: {
    number: 1717,
    exit: EXIT.conflict,
    layer: 'config',
    retryable: false,
    penalty: 'none',
    text: 'Something that is not a socket of this user stands where the socket belongs.',
    hint: 'Remove what the details name, or choose another place.'
  },
  USAGE: {
    number: 1720,
    exit: EXIT.usage,
    layer: 'cli',
    retryable: false,
    penalty: 'none',
    text: 'The command line is not valid.',
    hint: 'See: peerage help'
  }
} as const satisfies Record<string, ErrorRow>
