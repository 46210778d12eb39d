import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { parseName } from './name.ts'
import { type NetworkId, parseNetworkId } from './network-id.ts'

/** Where a node stands in its network; the one name in its certificate. */
export interface NodeName {
  readonly network: NetworkId
  readonly member: string
  readonly node: string
}

const SCHEME = 'peerage://'

/** `peerage://<network id>/<member>/<node>` */
export function nodeUri({ network, member, node }: NodeName): string {
  return `${SCHEME}${network}/${member}/${node}`
}

/** The name of the network itself, in the certificate of its authority. */
export function networkUri(network: NetworkId): string {
  return `${SCHEME}${network}`
}

/**
 * Reads a node URI under the rules of SPIFFE-ID §2, made stricter by the name syntax: no port,
 * user, query, fragment, percent-encoding, empty or further path segment has a spelling here.
 *
 * Fault: `CERTIFICATE_NAME_INVALID`.
 */
export function parseNodeUri(uri: string): Verdict<NodeName, 'CERTIFICATE_NAME_INVALID'> {
  if (!uri.startsWith(SCHEME)) return refuse('CERTIFICATE_NAME_INVALID', { part: 'scheme' })
  const segments = uri.slice(SCHEME.length).split('/')
  if (segments.length !== 3) return refuse('CERTIFICATE_NAME_INVALID', { part: 'path' })
  const [authority = '', member = '', node = ''] = segments
  const network = parseNetworkId(authority)
  if (!network.ok) return refuse('CERTIFICATE_NAME_INVALID', { part: 'network' })
  if (!parseName(member).ok) return refuse('CERTIFICATE_NAME_INVALID', { part: 'member' })
  if (!parseName(node).ok) return refuse('CERTIFICATE_NAME_INVALID', { part: 'node' })
  return accept({ network: network.value, member, node })
}
