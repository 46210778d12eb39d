import { type ErrorRow, EXIT } from './row.ts'

/** Homes that were restored from a backup. Numbers 1730 to 1749. */
export const BACKUP_ERRORS = {
  HOME_RESTORED: {
    number: 1730,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: true,
    penalty: 'none',
    text: 'This home was restored from a backup, and what was signed since may not have come yet.',
    hint: 'Start it and wait: its authority key signs again once more than half of the other nodes were met. If nothing was signed since: peerage restore --latest into an empty home.'
  }
} as const satisfies Record<string, ErrorRow>
