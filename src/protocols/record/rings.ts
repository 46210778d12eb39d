import type { PrivateKey } from '../../crypto/ed25519.ts'
import type { Random } from '../../crypto/random.ts'
import { PeerageError } from '../../errors.ts'
import { nodeIdOf } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import { type Audience, nodesOf } from '../../records/audience.ts'
import { SEALING } from '../../records/built-in-kinds.ts'
import { recordLocation } from '../../records/location.ts'
import { encodeRing, parseRing, RING, type RingEntry, ringPlace } from '../../records/ring.ts'
import { NAME_KEY_BYTES } from '../../records/sealed-name.ts'
import { isSealedTo, openValue, sealValue } from '../../records/sealed-value.ts'
import type { Clock } from '../../time/clock.ts'
import type { RecordRead } from './get.ts'
import type { Membership } from './holders.ts'
import type { Holdings } from './holdings.ts'
import { isAbsent } from './key.ts'
import type { Records } from './service.ts'

/** An audience of a member, with the key of the names for it. */
export interface KnownAudience {
  readonly readers: Audience
  readonly nameKey: Uint8Array
}

export interface RingRead {
  /** Audiences whose name key this node can open. */
  readonly open: readonly KnownAudience[]
  readonly shut: readonly Audience[]
}

export interface RingsComponents {
  readonly records: Pick<Records, 'get' | 'put'>
  readonly holdings: Pick<Holdings, 'serve' | 'newest'>
  readonly membership: Membership
  readonly member: string
  readonly key: PrivateKey
  readonly random: Random
  readonly clock: Clock
}

/** The name keys of members, each kept for its audience in a record of its member: the ring. */
export interface Rings {
  /** What was read or made since the start. */
  known(owner: string): readonly KnownAudience[]
  /** The same, and what a ring that is held here says. */
  recall(owner: string): Promise<readonly KnownAudience[]>
  /** Asks the holders. A member without a ring has sealed nothing. */
  read(owner: string, signal?: AbortSignal): Promise<RingRead>
  /**
   * The name key of the own member for an audience, made when there is none. Throws
   * `RECORD_SEALED` where another node has made it and not yet sealed it to this one.
   */
  ensure(readers: Audience, signal?: AbortSignal): Promise<Uint8Array>
  /** Seals the name keys of the own member to those who are readers now. */
  refresh(signal: AbortSignal): Promise<void>
}

/** Other nodes of the member write the same ring: whoever is late reads it again. */
const ATTEMPTS_MAX = 3

export function createRings(components: RingsComponents): Rings {
  const { records, holdings, membership, member, key, random, clock } = components
  const { network } = membership
  const locationOf = (owner: string) => recordLocation({ network, ...RING, owner })
  const remembered = new Map<string, Map<string, KnownAudience>>()
  let turn: Promise<unknown> = Promise.resolve()

  function remember(owner: string, audience: KnownAudience): void {
    const audiences = remembered.get(owner) ?? new Map<string, KnownAudience>()
    audiences.set(audience.readers.join(' '), audience)
    remembered.delete(owner)
    remembered.set(owner, audiences)
    for (const oldest of remembered.keys()) {
      if (remembered.size <= LIMITS.sealingRingsMax) break
      // What the own member has sealed must stay findable when its ring is lost.
      if (oldest !== member) remembered.delete(oldest)
    }
  }

  async function open(owner: string, entry: RingEntry): Promise<KnownAudience | undefined> {
    const known = remembered.get(owner)?.get(entry.readers.join(' '))
    if (known !== undefined) return known
    const opened = await openValue(entry.key, ringPlace(network, owner), key)
    if (!opened.ok || opened.value.value.length !== NAME_KEY_BYTES) return undefined
    return { readers: entry.readers, nameKey: opened.value.value }
  }

  /** Returns those that stay shut. */
  async function openAll(owner: string, entries: readonly RingEntry[]): Promise<Audience[]> {
    const shut: Audience[] = []
    for (const entry of entries) {
      const audience = await open(owner, entry)
      if (audience === undefined) shut.push(entry.readers)
      else remember(owner, audience)
    }
    return shut
  }

  async function load(owner: string, signal?: AbortSignal): Promise<RecordRead | undefined> {
    try {
      return await records.get({ ...RING, owner }, signal === undefined ? {} : { signal })
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw error
    }
  }

  async function read(
    owner: string,
    signal?: AbortSignal
  ): Promise<RingRead & { record: RecordRead | undefined; entries: readonly RingEntry[] }> {
    const record = await load(owner, signal)
    const entries = record === undefined ? [] : parseRing(record.value)
    const shut = await openAll(owner, entries)
    const current = new Set(entries.map(({ readers }) => readers.join(' ')))
    const audiences = [...(remembered.get(owner)?.values() ?? [])]
    const isThere = ({ readers }: KnownAudience) => current.has(readers.join(' '))
    return { open: audiences.filter(isThere), shut, record, entries }
  }

  async function sealKey({ readers, nameKey }: KnownAudience): Promise<RingEntry> {
    const content = { name: RING.name, value: nameKey }
    const nodes = nodesOf(readers, member, membership)
    const sealed = await sealValue(content, ringPlace(network, member), { readers, nodes, random })
    if (!sealed.ok) throw new PeerageError(sealed.fault, sealed.detail)
    return { readers, key: sealed.value }
  }

  async function write(
    entries: readonly RingEntry[],
    replaced: RecordRead | undefined,
    signal?: AbortSignal
  ): Promise<void> {
    if (entries.length > LIMITS.sealedAudiencesMax) {
      const audiencesMax = LIMITS.sealedAudiencesMax
      throw new PeerageError('RECORD_READERS_TOO_MANY', { audiences: entries.length, audiencesMax })
    }
    const put = { ...RING, owner: member, value: encodeRing(entries) }
    const expectedVersion = replaced?.version ?? 0
    await records.put({ ...put, expectedVersion }, signal === undefined ? {} : { signal })
  }

  /** What is kept of the ring, or made from memory where it was lost with the node that signed it. */
  async function current(entries: readonly RingEntry[]): Promise<RingEntry[]> {
    const kept: RingEntry[] = []
    const own = new Map(remembered.get(member))
    for (const entry of entries) {
      const audience = own.get(entry.readers.join(' '))
      own.delete(entry.readers.join(' '))
      const nodes = nodesOf(entry.readers, member, membership)
      const isGood = audience === undefined || isSealedTo(entry.key, nodes)
      kept.push(isGood ? entry : await sealKey(audience))
    }
    for (const lost of own.values()) kept.push(await sealKey(lost))
    return kept
  }

  /** While its node is live, whoever wrote the ring keeps it; else the first node of the member. */
  function isKeeper(record: RecordRead | undefined): boolean {
    const own = membership.liveNodes().filter((node) => node.member === member)
    const nodeIds = own.map(({ nodeId }) => nodeId).sort()
    const signer = record?.signer.nodeId
    const isLive = signer !== undefined && nodeIds.includes(signer)
    return (isLive ? signer : nodeIds[0]) === nodeIdOf(key.publicKey)
  }

  /** One change of the ring after the other on this node, read anew where another was faster. */
  function change<T>(attempt: () => Promise<T>): Promise<T> {
    const run = async () => {
      for (let attempts = 1; ; attempts++) {
        try {
          return await attempt()
        } catch (error) {
          const isLate = error instanceof PeerageError && error.code === 'RECORD_STALE'
          if (!isLate || attempts === ATTEMPTS_MAX) throw error
        }
      }
    }
    const next = turn.then(run)
    // The failure belongs to the caller of this turn; the next one only waits for its end.
    turn = next.catch(() => {})
    return next
  }

  const known = (owner: string) => [...(remembered.get(owner)?.values() ?? [])]

  return {
    known,
    async recall(owner) {
      const [held] = holdings.serve(locationOf(owner))
      if (held !== undefined) await openAll(owner, parseRing(held.value))
      return known(owner)
    },
    read,
    ensure: (readers, signal) =>
      change(async () => {
        const name = readers.join(' ')
        const before = remembered.get(member)?.get(name)
        if (before !== undefined) return before.nameKey
        const { record, entries, shut } = await read(member, signal)
        const found = remembered.get(member)?.get(name)
        if (found !== undefined) return found.nameKey
        if (shut.some((audience) => audience.join(' ') === name)) {
          throw new PeerageError('RECORD_SEALED', { readers: name })
        }
        const made = { readers, nameKey: random.bytes(NAME_KEY_BYTES) }
        await write([...(await current(entries)), await sealKey(made)], record, signal)
        remember(member, made)
        return made.nameKey
      }),
    refresh: (signal) =>
      change(async () => {
        // Whoever has never seen a ring of its member has sealed nothing, and asks nobody.
        if (holdings.newest(locationOf(member)) === undefined) return
        const { record, entries } = await read(member, signal)
        if (!isKeeper(record)) return
        const refreshed = await current(entries)
        const isOld =
          record !== undefined && record.expiresAt - clock.now() < SEALING.lifetimeMs / 2
        const isSame =
          refreshed.length === entries.length && refreshed.every((entry, i) => entry === entries[i])
        if (!isSame || isOld) await write(refreshed, record, signal)
      })
  }
}
