import type { NodeApi } from '../control/node-api.ts'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { toBase64url } from '../encoding/bytes.ts'
import { issueRevocationList, type RevokedCertificate } from '../identity/revocation-list.ts'
import { LIMITS } from '../limits.ts'
import { type CertificateStore, createCertificateStore } from '../storage/certificate-store.ts'
import { type Clock, formatTime } from '../time/clock.ts'
import type { EnrolledNode } from '../trust/members.ts'
import type { TrustLog } from '../trust/trust-log.ts'
import type { AuthorityRoom } from './authority-room.ts'
import type { OpenedNode } from './open-node.ts'

export interface RevocationListComponents {
  readonly log: TrustLog
  readonly certificates: Pick<CertificateStore, 'page'>
  readonly clock: Clock
}

export interface IssuedList {
  readonly der: Uint8Array
  readonly revoked: number
  readonly nextUpdate: number
}

/** Every certificate that is revoked, by itself, its node or its member, under the key in charge. */
export function createRevocationList(
  { log, certificates, clock }: RevocationListComponents,
  authority: PrivateKey
): IssuedList {
  const revoked = [...revokedCertificates(log, certificates)]
  const thisUpdate = clock.now()
  const nextUpdate = thisUpdate + LIMITS.revocationListLifetimeMs
  const { network } = log
  return {
    der: issueRevocationList({ authority, network, thisUpdate, nextUpdate, revoked }),
    revoked: revoked.length,
    nextUpdate
  }
}

/** What `cert.crl` answers. Throws `AUTHORITY_ABSENT`, `AUTHORITY_LOCKED`. */
export async function showRevocationList(
  { node, clock }: { readonly node: OpenedNode; readonly clock: Clock },
  { authority, keyring }: Pick<AuthorityRoom, 'authority' | 'keyring'>
): ReturnType<NodeApi['certs']['crl']> {
  const { log, db } = node
  const certificate = await authority.certificate()
  const certificates = createCertificateStore(db)
  const list = createRevocationList({ log, certificates, clock }, keyring.current())
  return {
    crl: toBase64url(list.der),
    authority: toBase64url(certificate),
    revoked: list.revoked,
    nextUpdate: formatTime(list.nextUpdate)
  }
}

/** Of the first certificates the log knows the serials, of renewed ones whoever issued them. */
function* revokedCertificates(
  { state }: TrustLog,
  certificates: Pick<CertificateStore, 'page'>
): Iterable<RevokedCertificate> {
  const seen = new Set<string>()
  const nodes = new Map<string, EnrolledNode>(state.nodes().map((node) => [node.nodeId, node]))
  const judge = (serial: string, nodeId: string): RevokedCertificate[] => {
    const node = nodes.get(nodeId)
    if (node === undefined || seen.has(serial)) return []
    seen.add(serial)
    const revocation = state.revocationOf({ ...node, serial })
    return revocation === undefined ? [] : [{ serial, revokedAt: revocation.revokedAt }]
  }
  for (const { serial, nodeId } of state.nodes()) yield* judge(serial, nodeId)
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page = certificates.page(LIMITS.pageItemsMax, after)
    for (const { serial, nodeId } of page.certificates) yield* judge(serial, nodeId)
    after = page.next
  }
}
