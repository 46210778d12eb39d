import type { PrivateKey } from '../crypto/ed25519.ts'
import { PeerageError } from '../errors.ts'
import { publicKeyOf } from '../identity/node-id.ts'
import type { Membership } from '../protocols/record/index.ts'
import { createKindOf, type KindOf } from '../records/kind.ts'
import type { Exclusion } from '../trust/members.ts'
import type { TrustLog } from '../trust/trust-log.ts'
import type { OpenedNode } from './open-node.ts'
import { requireNotRestored } from './restored.ts'

/** The trust log as records ask it: every answer is that of the newest entry applied. */
export function createRecordView({ network, state }: TrustLog): {
  membership: Membership
  kindOf: KindOf
} {
  return {
    kindOf: createKindOf((name) => state.kind(name)),
    membership: {
      network,
      node: (nodeId) => state.node(nodeId),
      groupsOf: (member) => state.groupsOf(member),
      excludedSince: (subject) => since(state.exclusionOf(subject)),
      isAuthority: (signer) => state.isSigningKey(publicKeyOf(signer)),
      liveNodes: () => state.liveNodes()
    }
  }
}

/** Throws `AUTHORITY_ABSENT`, `AUTHORITY_LOCKED`, `HOME_RESTORED`. */
export function requireAuthorityKey({
  authority,
  settings
}: Pick<OpenedNode, 'authority' | 'settings'>): PrivateKey {
  if (authority === undefined) throw new PeerageError('AUTHORITY_ABSENT')
  requireNotRestored(settings)
  return authority.keyring.current()
}

function since(exclusion: Exclusion | undefined): number | undefined {
  if (exclusion === undefined) return undefined
  return exclusion.code === 'MEMBER_SUSPENDED' ? exclusion.suspendedAt : exclusion.revokedAt
}
