import { type ErrorRow, EXIT } from './row.ts'

/** What any part can run into: arguments, time, messages that break their format. Numbers 1000 to 1099. */
export const GENERAL_ERRORS = {
  INTERNAL: {
    number: 1000,
    exit: EXIT.failure,
    layer: 'control',
    retryable: false,
    penalty: 'none',
    text: 'An unexpected fault inside this node.',
    hint: 'Look up the incident id in the log of the node and report it.'
  },
  NOT_FOUND: {
    number: 1001,
    exit: EXIT.notFound,
    layer: 'control',
    retryable: false,
    penalty: 'none',
    text: 'There is nothing under this name.',
    hint: 'List what exists and check the spelling.'
  },
  INVALID_ARGUMENT: {
    number: 1002,
    exit: EXIT.usage,
    layer: 'control',
    retryable: false,
    penalty: 'none',
    text: 'An argument does not have the expected form.',
    hint: 'Correct the argument named in the details.'
  },
  TIMEOUT: {
    number: 1003,
    exit: EXIT.timeout,
    layer: 'overlay',
    retryable: true,
    penalty: 'absent',
    text: 'No answer came within the time allowed.',
    hint: 'Try again; if it repeats, check that the peer is up and reachable.'
  },
  CANCELED: {
    number: 1004,
    exit: EXIT.failure,
    layer: 'control',
    retryable: true,
    penalty: 'none',
    text: 'The call ended because its caller went away.',
    hint: 'Call again.'
  },
  CLOCK_BEFORE_GENESIS: {
    number: 1010,
    exit: EXIT.failure,
    layer: 'clock',
    retryable: false,
    penalty: 'none',
    text: 'The clock of this machine is before the creation of the network.',
    hint: 'Set the clock of this machine, then start again.'
  },
  CLOCK_BACKWARD: {
    number: 1011,
    exit: EXIT.failure,
    layer: 'clock',
    retryable: false,
    penalty: 'none',
    text: 'The clock of this machine is behind a time this node has already seen signed.',
    hint: 'Set the clock of this machine, then start again.'
  },
  MESSAGE_MALFORMED: {
    number: 1020,
    exit: EXIT.verification,
    layer: 'overlay',
    retryable: false,
    penalty: 'major',
    text: 'The message does not follow its format.',
    hint: 'The sender runs faulty or hostile software; nothing was taken from the message.'
  },
  MESSAGE_TOO_LARGE: {
    number: 1021,
    exit: EXIT.verification,
    layer: 'overlay',
    retryable: false,
    penalty: 'major',
    text: 'The message is larger than its format allows.',
    hint: 'The sender must respect the limit named in the details.'
  },
  SIGNATURE_INVALID: {
    number: 1022,
    exit: EXIT.verification,
    layer: 'identity',
    retryable: false,
    penalty: 'major',
    text: 'The signature does not match the signed bytes.',
    hint: 'The bytes were changed after signing; fetch them again from another source.'
  },
  WRONG_NETWORK: {
    number: 1023,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'minor',
    text: 'The object belongs to another network.',
    hint: 'Use an invite, certificate or record of this network.'
  },
  DEMO_STEP_FAILED: {
    number: 1024,
    exit: EXIT.verification,
    layer: 'control',
    retryable: true,
    penalty: 'none',
    text: 'A step of the demo did not happen as it should.',
    hint: 'Run it again with --keep and look into the homes; if it repeats, report it.'
  },
  SCENARIO_FAILED: {
    number: 1025,
    exit: EXIT.verification,
    layer: 'control',
    retryable: true,
    penalty: 'none',
    text: 'A scenario did not run to its end.',
    hint: 'Run it again when the machine is less busy; if it repeats, report it.'
  },
  TESTNET_EXISTS: {
    number: 1026,
    exit: EXIT.conflict,
    layer: 'cli',
    retryable: false,
    penalty: 'none',
    text: 'There is a testnet of this name already.',
    hint: 'Give another one with --name, or end it: peerage testnet down'
  },
  TESTNET_FAILED: {
    number: 1027,
    exit: EXIT.failure,
    layer: 'cli',
    retryable: true,
    penalty: 'none',
    text: 'The testnet did not start.',
    hint: 'Nothing of it is left; try again with fewer nodes.'
  }
} as const satisfies Record<string, ErrorRow>
