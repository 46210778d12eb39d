import type { PublicKey } from '../crypto/ed25519.ts'
import type { VerifiedCertificate } from '../identity/certificate.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { UnixMillis } from '../time/clock.ts'

/** A peer whose certificate was verified for the very key of its connection. */
export interface CertifiedPeer {
  readonly nodeId: NodeId
  readonly member: string
  readonly node: string
  readonly certificate: VerifiedCertificate
}

/** How the trust log of a peer stands to ours: `ahead` has entries that we lack. */
export type CheckpointRelation = 'same' | 'ahead' | 'behind'

export type Direction = 'inbound' | 'outbound'

/** What was decided about a peer in the handshake, and when. */
export interface Admission {
  readonly peer: CertifiedPeer
  readonly direction: Direction
  readonly relation: CheckpointRelation
  /** Authority keys that our log lacked and the peer's puts in charge. */
  readonly heirs: readonly PublicKey[]
  /** Size of the trust log that the peer showed. */
  readonly logSize: number
  /** When the authority vouched for it. */
  readonly logTime: UnixMillis
  readonly since: UnixMillis
}

interface Entry {
  admission: Admission
  /** Open connections of the peer; the objects serve as names only. */
  readonly connections: Set<object>
}

/**
 * Who is admitted right now. An entry lives exactly as long as a connection on which the peer was
 * admitted: nothing is remembered of a peer that has gone.
 */
export class CertifiedPeers {
  readonly #entries = new Map<NodeId, Entry>()

  /** Of two connections of one peer, the certificate that ends later speaks for it. */
  admit(admission: Admission, connection: object): void {
    const { nodeId } = admission.peer
    const entry = this.#entries.get(nodeId)
    if (entry === undefined) {
      this.#entries.set(nodeId, { admission, connections: new Set([connection]) })
      return
    }
    entry.connections.add(connection)
    const { certificate } = entry.admission.peer
    if (admission.peer.certificate.notAfter >= certificate.notAfter) {
      entry.admission = { ...admission, direction: entry.admission.direction }
    }
  }

  /** A connected peer has shown a newer certificate; one that ends earlier changes nothing. */
  recertify(certificate: VerifiedCertificate): void {
    const entry = this.#entries.get(certificate.nodeId)
    if (entry === undefined) return
    const { peer } = entry.admission
    if (certificate.notAfter < peer.certificate.notAfter) return
    entry.admission = { ...entry.admission, peer: { ...peer, certificate } }
  }

  /** Call it when the connection has closed. */
  release(nodeId: NodeId, connection: object): void {
    const entry = this.#entries.get(nodeId)
    if (entry?.connections.delete(connection) !== true) return
    if (entry.connections.size === 0) this.#entries.delete(nodeId)
  }

  get(nodeId: NodeId): CertifiedPeer | undefined {
    return this.#entries.get(nodeId)?.admission.peer
  }

  admission(nodeId: NodeId): Admission | undefined {
    return this.#entries.get(nodeId)?.admission
  }

  /** Whether the peer was admitted on this very connection. */
  isAdmitted(nodeId: NodeId, connection: object): boolean {
    return this.#entries.get(nodeId)?.connections.has(connection) === true
  }

  connectionCount(nodeId: NodeId): number {
    return this.#entries.get(nodeId)?.connections.size ?? 0
  }

  /** A copy: entries may be cut while the caller walks over them. */
  admissions(): readonly Admission[] {
    return [...this.#entries.values()].map((entry) => entry.admission)
  }
}
