import type { Connection, Libp2p } from '@libp2p/interface'
import { PeerageError } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Scheduler } from '../time/scheduler.ts'
import { keptConnection } from './kept-connection.ts'
import { nodeIdOfPeer } from './libp2p-identity.ts'

export interface SingleConnectionComponents {
  readonly libp2p: Pick<Libp2p, 'addEventListener' | 'getConnections'>
  readonly self: NodeId
  readonly scheduler: Scheduler
  readonly onFailed: (error: unknown) => void
}

/**
 * Keeps one connection per pair. When two nodes dial each other at once, both keep the connection
 * that the smaller node id has dialed; the other ends after `LIMITS.duplicateGraceMs`, in which
 * what is under way on it completes. The smaller node id ends it, and the other one only if that
 * did not happen: two graceful closes that meet would wait for each other.
 */
export function keepSingleConnections(components: SingleConnectionComponents): void {
  const { libp2p, self, scheduler, onFailed } = components
  libp2p.addEventListener('connection:open', ({ detail }) => {
    const peer = nodeIdOfPeer(detail.remotePeer)
    if (peer === undefined) return
    if (libp2p.getConnections(detail.remotePeer).length < 2) return
    const grace = (self < peer ? 1 : 2) * LIMITS.duplicateGraceMs
    scheduler.after(grace, () => {
      // Chosen now and not when it opened: the one to keep may have ended meanwhile.
      const connections = libp2p.getConnections(detail.remotePeer)
      const kept = keptConnection(self, peer, connections)
      if (kept === undefined) return
      for (const surplus of connections) if (surplus !== kept) void end(surplus, onFailed)
    })
  })
}

async function end(connection: Connection, onFailed: (error: unknown) => void): Promise<void> {
  try {
    await connection.close()
  } catch (error) {
    onFailed(error)
    // A close that ran out of time has closed the muxer only.
    connection.abort(new PeerageError('CONNECTION_CLOSED'))
  }
}
