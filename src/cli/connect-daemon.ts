import type { ControlClient } from '../control/client.ts'
import { ERRORS, type ErrorDetails, PeerageError, toPeerageError } from '../errors.ts'
import { type CommandHome, holdsNetwork } from './home.ts'

/**
 * Connects to the daemon of a home. Throws `DAEMON_UNREACHABLE` with the remedy that fits: start
 * it, name the right home, or be the right user. `program` begins the command to type.
 */
export async function connectDaemon(home: CommandHome, program: string): Promise<ControlClient> {
  const { connectControl } = await import('../control/client.ts')
  try {
    return await connectControl(home.controlSocket)
  } catch (thrown) {
    const error = toPeerageError(thrown)
    if (error.code !== 'DAEMON_UNREACHABLE') throw error
    throw new PeerageError(error.code, explain(home, program, error.details['reason']), error.cause)
  }
}

function explain(home: CommandHome, program: string, systemCode: unknown): ErrorDetails {
  const socket = home.controlSocket
  if (systemCode === 'EACCES' || systemCode === 'EPERM') {
    const suggestion = 'Run the command as the user who runs the daemon'
    return { reason: 'this user may not open it', socket, suggestion }
  }
  if (home.socketNamed || holdsNetwork(home)) {
    return { socket, suggestion: `Start it: ${program} up` }
  }
  const suggestion = `Check --home and PEERAGE_HOME. ${ERRORS.HOME_EMPTY.hint}`
  return { reason: 'there is no network in it either', socket, suggestion }
}
