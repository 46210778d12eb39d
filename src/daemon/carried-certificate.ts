import type { PublicKey } from '../crypto/ed25519.ts'
import { PeerageError } from '../errors.ts'
import { verifyCertificate } from '../identity/certificate.ts'
import { formatTime, systemClock } from '../time/clock.ts'
import { expectationOf } from '../trust/expectation.ts'
import type { TrustLog } from '../trust/trust-log.ts'
import type { JoinedNetwork } from './join-network.ts'

/**
 * What a certificate that came as a file makes of the node with this key, as the log has it. Throws
 * the faults of `verifyCertificate` and `CERTIFICATE_NOT_IN_LOG`.
 */
export function joinedBy(
  certificate: Uint8Array,
  { network, state }: Pick<TrustLog, 'network' | 'state'>,
  key: PublicKey
): { readonly joined: JoinedNetwork; readonly serial: string; readonly notAfter: number } {
  const expected = { ...expectationOf({ network, state }), key, now: systemClock.now() }
  const verified = verifyCertificate(certificate, expected)
  if (!verified.ok) throw new PeerageError(verified.fault, verified.detail)
  const { member, node, nodeId, serial, notAfter } = verified.value
  const enrolled = state.node(nodeId)
  // Renewal does not grow the log: the serial may differ from the one enrolled, the names not.
  if (enrolled?.member !== member || enrolled.node !== node) {
    throw new PeerageError('CERTIFICATE_NOT_IN_LOG', { serial })
  }
  const joined = {
    network: { id: network, name: state.network?.name ?? '' },
    node: { id: nodeId, name: node, member },
    groups: state.groupsOf(member),
    certificate: { serial, notAfter: formatTime(notAfter) }
  }
  return { joined, serial, notAfter }
}
