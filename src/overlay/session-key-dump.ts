import { PeerageError } from '../errors.ts'

const VARIABLE = 'DUMP_SESSION_KEYS'

/**
 * The Noise library writes every session key to its log when this variable is set. A node does not
 * run that way; call this with the environment before the library is used.
 *
 * Throws `CONFIG_INVALID`.
 */
export function requireNoSessionKeyDump(
  environment: Readonly<Record<string, string | undefined>>
): void {
  if (environment[VARIABLE]) {
    throw new PeerageError('CONFIG_INVALID', { setting: VARIABLE, remedy: `unset ${VARIABLE}` })
  }
}
