import { printable } from './output.ts'

/** The part of a peer that several commands show. */
export interface ShownPeer {
  readonly nodeId: string
  readonly node: string
  readonly member: string
  readonly groups: readonly string[]
  readonly connected: boolean
  readonly addresses: readonly string[]
  readonly certificate: { readonly serial: string; readonly notAfter: string }
  readonly standing: string
  readonly standingReason: string
  readonly direction?: 'inbound' | 'outbound' | undefined
  readonly connectedSince?: string | undefined
}

export function peerFacts(peer: ShownPeer): (readonly [string, string | undefined])[] {
  const { certificate, direction, connectedSince } = peer
  return [
    ['node id', peer.nodeId],
    ['groups', peer.groups.length === 0 ? undefined : peer.groups.join(', ')],
    [
      'connected',
      connectedSince === undefined ? undefined : `${connectedSince} ${direction ?? ''}`
    ],
    ['addresses', peer.addresses.length === 0 ? 'none known' : printable(peer.addresses.join(' '))],
    ['standing', `${peer.standing}: ${printable(peer.standingReason)}`],
    ['certificate', `${certificate.serial}, until ${certificate.notAfter}`]
  ]
}
