import { sha256 } from '../../crypto/digest.ts'
import type { PrivateKey } from '../../crypto/ed25519.ts'
import type { Random } from '../../crypto/random.ts'
import { toHex } from '../../encoding/bytes.ts'
import type { Verdict } from '../../encoding/verdict.ts'
import { PeerageError } from '../../errors.ts'
import {
  INVITE_ID_BYTES,
  INVITE_SECRET_BYTES,
  type Invite,
  sealInvite
} from '../../identity/invite.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { InviteStore, StoredInvite } from '../../storage/invite-store.ts'
import type { UnixMillis } from '../../time/clock.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import { isMemberFull, type RedeemComponents, type Redemption, redeemInvite } from './redeem.ts'

export interface InviteBookComponents extends Omit<RedeemComponents, 'state'> {
  readonly log: Pick<TrustLog, 'network' | 'state'>
  readonly invites: InviteStore
  /** The authority key, which signs invites. Throws `AUTHORITY_LOCKED`, `AUTHORITY_ABSENT`. */
  readonly key: () => PrivateKey
  readonly random: Random
  /** Where joiners find the desk, as text with `/p2p/`; empty while it is closed. */
  readonly frontDesk: () => readonly string[]
}

export interface InviteOrder {
  readonly member: string
  readonly node: string
  /** Of a new member. For a known member: none, or the ones it has. */
  readonly groups: readonly string[]
  readonly ttlMs: number
}

/** What may be shown of an invite; never its secret. */
export interface InviteItem {
  readonly id: string
  readonly member: string
  readonly node: string
  readonly groups: readonly string[]
  readonly state: 'open' | 'used' | 'expired' | 'revoked'
  readonly createdAt: UnixMillis
  readonly expiresAt: UnixMillis
  readonly usedAt?: UnixMillis
  readonly usedBy?: NodeId
}

/** The invites of the authority: everything that happens to one, one thing after the other. */
export interface InviteBook {
  /**
   * The text is a bearer secret and returned this one time; only the hash of its secret is kept.
   *
   * Throws `AUTHORITY_LOCKED`, `AUTHORITY_ABSENT`, `INVALID_ARGUMENT`, `FRONT_DESK_CLOSED`, `TOO_MANY_INVITES`, `TOO_MANY_NODES`,
   * `NODE_NAME_TAKEN`, `ALREADY_REVOKED` or `MEMBER_SUSPENDED` (the member), and the errors of
   * storage.
   */
  create(order: InviteOrder): {
    readonly id: string
    readonly invite: string
    readonly expiresAt: UnixMillis
  }
  /** In the order of creation. Throws `INVALID_ARGUMENT` for a cursor that is none. */
  list(query: { readonly cursor?: string | undefined; readonly limit: number }): {
    readonly items: readonly InviteItem[]
    readonly nextCursor: string | null
  }
  /**
   * Withdraws an invite that was not used. An enrollment under way is waited for: it wins.
   *
   * Throws `INVITE_UNKNOWN`, `INVITE_USED`, `ALREADY_REVOKED`, and the errors of storage.
   */
  revoke(id: string): Promise<InviteItem>
  /** {@link redeemInvite}, in turn. */
  redeem(redemption: Redemption): Promise<Verdict<Uint8Array>>
}

export function createInviteBook(components: InviteBookComponents): InviteBook {
  const { log, invites, random, clock } = components
  const { state } = log
  const inTurn = createTurns()

  function show(invite: StoredInvite): InviteItem {
    const { id, member, node, groups, createdAt, expiresAt, revokedAt } = invite
    const about = { id, member, node, groups, createdAt, expiresAt }
    const used = state.nodeInvitedBy(id)
    if (used !== undefined) {
      return { ...about, state: 'used', usedAt: used.enrolledAt, usedBy: used.nodeId }
    }
    if (revokedAt !== undefined) return { ...about, state: 'revoked' }
    return { ...about, state: clock.now() >= expiresAt ? 'expired' : 'open' }
  }

  return {
    create(order) {
      const { member, node, ttlMs } = order
      const key = components.key()
      requireTtl(ttlMs)
      const groups = groupsOf(log, order)
      const now = clock.now()
      const open = invites.unexpired(now).filter((id) => state.nodeInvitedBy(id) === undefined)
      if (open.length >= LIMITS.invitesOpenMax) throw new PeerageError('TOO_MANY_INVITES')
      requireRoom(log, order)
      const frontDesk = components.frontDesk().slice(0, LIMITS.addressesPerPeerMax)
      if (frontDesk.length === 0) throw new PeerageError('FRONT_DESK_CLOSED')
      const id = toHex(random.bytes(INVITE_ID_BYTES))
      const secret = random.bytes(INVITE_SECRET_BYTES)
      const about = { id, member, node, groups, expiresAt: now + ttlMs }
      const networkName = state.network?.name ?? ''
      const invite: Invite = {
        version: 1,
        network: log.network,
        networkName,
        secret,
        frontDesk,
        ...about
      }
      const text = sealInvite(invite, key)
      invites.add({ ...about, secretHash: sha256(secret), createdAt: now })
      return { id, invite: text, expiresAt: about.expiresAt }
    },
    list({ cursor, limit }) {
      const { invites: page, next } = invites.page(limit, parseCursor(cursor))
      return { items: page.map(show), nextCursor: next === undefined ? null : String(next) }
    },
    revoke: (id) =>
      inTurn(async () => {
        const invite = invites.load(id)
        if (invite === undefined) throw new PeerageError('INVITE_UNKNOWN', { id })
        if (state.nodeInvitedBy(id) !== undefined) throw new PeerageError('INVITE_USED', { id })
        if (invite.revokedAt !== undefined) throw new PeerageError('ALREADY_REVOKED', { id })
        const revokedAt = clock.now()
        invites.revoke(id, revokedAt)
        return show({ ...invite, revokedAt })
      }),
    redeem: (redemption) => inTurn(() => redeemInvite({ ...components, state }, redemption))
  }
}

function requireTtl(ttlMs: number): void {
  const { inviteTtlMsMin: min, inviteTtlMsMax: max } = LIMITS
  if (!Number.isSafeInteger(ttlMs) || ttlMs < min || ttlMs > max) {
    throw new PeerageError('INVALID_ARGUMENT', { argument: 'ttlMs', min, max })
  }
}

/** What the enrollment would refuse later is refused now, to whoever can still change it. */
function requireRoom({ state }: InviteBookComponents['log'], { member, node }: InviteOrder): void {
  const known = state.member(member)
  if (known?.revoked !== undefined) throw new PeerageError('ALREADY_REVOKED', { member })
  if (known?.suspended !== undefined) throw new PeerageError('MEMBER_SUSPENDED', { member })
  const namesake = state.nodeNamed(member, node)
  if (namesake !== undefined && !state.isRevoked(namesake)) {
    throw new PeerageError('NODE_NAME_TAKEN', { member, node })
  }
  if (isMemberFull(state, member)) {
    throw new PeerageError('TOO_MANY_NODES', {
      member,
      nodesPerMemberMax: LIMITS.nodesPerMemberMax
    })
  }
}

/** Groups belong to the member: those of a known one stand, and no invite promises others. */
function groupsOf(
  { state }: InviteBookComponents['log'],
  { member, groups }: InviteOrder
): readonly string[] {
  const known = state.member(member)
  if (known === undefined) return groups
  const isSame = groups.length === known.groups.length && groups.every(isIn(known.groups))
  if (groups.length > 0 && !isSame) {
    throw new PeerageError('INVALID_ARGUMENT', { argument: 'groups', member, has: known.groups })
  }
  return known.groups
}

function isIn(groups: readonly string[]): (group: string) => boolean {
  return (group) => groups.includes(group)
}

function parseCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  if (!/^[0-9]{1,15}$/.test(cursor)) {
    throw new PeerageError('INVALID_ARGUMENT', { argument: 'cursor' })
  }
  return Number(cursor)
}

/** Calls that wait for each other, so that each sees what the one before has done. */
function createTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (run) => {
    const turn = last.then(run)
    // The failure belongs to the caller of this turn; the next one only waits for its end.
    last = turn.catch(() => undefined)
    return turn
  }
}
