import { lstatSync, type Stats, unlinkSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { dirname } from 'node:path'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'

export interface SocketPlace {
  readonly path: string
  /** `0o600` in a home; `0o660` in a directory that belongs to a monitoring group. */
  readonly mode: 0o600 | 0o660
  /** The user of this process: nobody else's socket is ever removed. */
  readonly uid: number
}

/**
 * Opens a Unix socket (a file, never an abstract one, which ignores file modes). The socket has its
 * mode from the moment it exists. One that a killed daemon left behind is replaced; one that
 * answers is not.
 *
 * Throws `SOCKET_PATH_TOO_LONG`, `SOCKET_PATH_TAKEN`, `HOME_IN_USE`, `HOME_PERMISSIONS`,
 * `HOME_UNWRITABLE`.
 */
export async function openSocket(place: SocketPlace): Promise<Server> {
  const { path, mode } = place
  const bytes = Buffer.byteLength(path)
  // The system would cut a longer path short and open a socket elsewhere.
  if (bytes > LIMITS.socketPathBytesMax) {
    throw new PeerageError('SOCKET_PATH_TOO_LONG', {
      path,
      bytes,
      bytesMax: LIMITS.socketPathBytesMax
    })
  }
  requireClosedDirectory(path)
  await removeStale(place)
  const server = createServer({ allowHalfOpen: true })
  await listen(server, path, mode)
  return server
}

/** In a directory that everybody may write, another user could put a socket in place of this one. */
function requireClosedDirectory(path: string): void {
  const directory = dirname(path)
  const mode = statusOf(directory)?.mode ?? 0
  if ((mode & 0o002) !== 0) throw new PeerageError('HOME_PERMISSIONS', { path: directory })
}

async function removeStale({ path, uid }: SocketPlace): Promise<void> {
  const status = statusOf(path)
  if (status === undefined) return
  if (!status.isSocket() || status.uid !== uid)
    throw new PeerageError('SOCKET_PATH_TAKEN', { path })
  const answer = await probe(path)
  if (answer === 'ECONNREFUSED') unlinkSync(path)
  else if (answer !== 'ENOENT') throw new PeerageError('HOME_IN_USE', { path })
}

/** What happens to a client: `connected`, or the code of the error that it meets. */
function probe(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.on('connect', () => {
      socket.destroy()
      resolve('connected')
    })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
  })
}

function listen(server: Server, path: string, mode: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const code = error.code === 'EADDRINUSE' ? 'HOME_IN_USE' : 'HOME_UNWRITABLE'
      reject(new PeerageError(code, { path }, error))
    }
    server.once('error', fail)
    // The file is made within this call, so the mask of the process is changed for no one else.
    const mask = process.umask(0o777 & ~mode)
    try {
      server.listen(path, () => {
        server.off('error', fail)
        resolve()
      })
    } finally {
      process.umask(mask)
    }
  })
}

function statusOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}
