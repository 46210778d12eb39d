import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Environment } from './environment.ts'

/** Where the daemon of this command line lives. */
export interface CommandHome {
  readonly directory: string
  readonly controlSocket: string
  /** Whether `PEERAGE_SOCKET` named the socket, so that the directory says nothing about it. */
  readonly socketNamed: boolean
}

/**
 * The home by `--home`, else `PEERAGE_HOME`, else `~/.peerage`. `PEERAGE_SOCKET` names another
 * control socket, unless `--home` was given. Creates nothing. Throws `SOCKET_PATH_TOO_LONG`.
 */
export function locateHome(
  environment: Pick<Environment, 'cwd' | 'userHome' | 'variables'>,
  option: string | undefined
): CommandHome {
  const { cwd, userHome, variables } = environment
  const named = option ?? set(variables['PEERAGE_HOME'])
  const directory = named === undefined ? join(userHome, '.peerage') : resolve(cwd, named)
  const socket = option === undefined ? set(variables['PEERAGE_SOCKET']) : undefined
  const controlSocket =
    socket === undefined ? join(directory, 'control.sock') : resolve(cwd, socket)
  const bytes = Buffer.byteLength(controlSocket)
  if (bytes > LIMITS.socketPathBytesMax) {
    throw new PeerageError('SOCKET_PATH_TOO_LONG', { bytes, maximum: LIMITS.socketPathBytesMax })
  }
  return { directory, controlSocket, socketNamed: socket !== undefined }
}

/** Whether a network was created or joined in this home, as far as its owner can see. */
export function holdsNetwork(home: CommandHome): boolean {
  return existsSync(join(home.directory, 'node.key'))
}

/** An empty variable counts as absent, as shells cannot tell them apart easily. */
function set(variable: string | undefined): string | undefined {
  return variable === '' ? undefined : variable
}
