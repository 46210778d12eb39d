import type { PrivateKey } from '../../crypto/ed25519.ts'
import type { Random } from '../../crypto/random.ts'
import { PeerageError } from '../../errors.ts'
import type { Logger } from '../../log.ts'
import { type Audience, nodesOf, parseAudience } from '../../records/audience.ts'
import type { Kind, KindOf } from '../../records/kind.ts'
import { recordLocation } from '../../records/location.ts'
import { sealedName } from '../../records/sealed-name.ts'
import { openValue, readersOf, type SealedPlace, sealValue } from '../../records/sealed-value.ts'
import { actorOf } from '../../records/writer.ts'
import type { Clock } from '../../time/clock.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { Background } from './background.ts'
import type { RecordRead } from './get.ts'
import type { HistoryRead } from './history.ts'
import type { Membership } from './holders.ts'
import type { Holdings } from './holdings.ts'
import { isAbsent, type RecordWanted, requireTarget, type Target } from './key.ts'
import type { RecordPut, RecordWritten } from './put.ts'
import { createResealing } from './resealing.ts'
import { createRings, type KnownAudience } from './rings.ts'
import type { CallOptions, Records } from './service.ts'

/** Records as they are stored, whoever can read their values. */
export type StoredRecords = Omit<Records, 'readersChanged' | 'watch'>

export interface SealedComponents {
  readonly records: StoredRecords
  readonly holdings: Holdings
  readonly membership: Membership
  readonly kindOf: KindOf
  readonly identity: { readonly member: string; readonly node: string; readonly key: PrivateKey }
  readonly background: Background
  readonly random: Random
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly logger: Logger
}

/**
 * Adds sealed values to records: what is sealed is stored under a name and as a value that only its
 * readers understand (docs/protocol/sealed.md), and found and opened under the name that its author
 * gave. One name is there for everybody or for one audience, never twice.
 */
export function withSealing(components: SealedComponents): Omit<Records, 'watch'> {
  const { records, holdings, membership, kindOf, identity, random } = components
  const { member, key } = identity
  const { network } = membership
  const rings = createRings({ ...components, member, key })
  const target = (wanted: RecordWanted) =>
    requireTarget({ kindOf, actor: actorOf(membership, identity), network }, wanted)
  const storedAs = (
    { nameKey }: KnownAudience,
    { kind, name }: Pick<RecordWanted, 'kind' | 'name'>
  ) => sealedName(nameKey, kind, name)
  const locationOf = ({ key: named }: Target, name: string) => recordLocation({ ...named, name })

  async function seal(
    put: RecordPut & { value: Uint8Array },
    readers: Audience,
    options: CallOptions
  ) {
    const wanted = target(put)
    requireSealable(wanted, member)
    const nameKey = await rings.ensure(readers, options.signal)
    const name = storedAs({ readers, nameKey }, put)
    await requireOnlyHere(wanted, { name, readers }, options)
    const value = async (version: number) => {
      const place: SealedPlace = { ...wanted.key, name, version }
      const nodes = nodesOf(readers, member, membership)
      const content = { name: put.name, value: put.value }
      const sealed = await sealValue(content, place, { readers, nodes, random })
      if (!sealed.ok) throw new PeerageError(sealed.fault, sealed.detail)
      return sealed.value
    }
    const written = await records.put({ ...put, name, value }, options)
    return { ...written, name: put.name, readers }
  }

  /**
   * A value that was readable for others must not stay readable beside the new one, and one that
   * was sealed must not be put openly by mistake. Throws `RECORD_READERS_DIFFER`.
   */
  async function requireOnlyHere(
    wanted: Target,
    { name: here, readers }: { readonly name: string; readonly readers: Audience | undefined },
    options: CallOptions
  ): Promise<void> {
    const { kind, owner, name } = wanted.key
    if (!isSealable(wanted.kind) || memberOf(owner) !== member) return
    const isShared =
      membership.liveNodes().filter((node) => node.member === member).length > 1 &&
      holdings.newest(locationOf(wanted, here)) === undefined
    // Where another node of the member may have written, what this one knows is not all.
    if (isShared && readers === undefined) await rings.read(member, options.signal)
    const audiences = await rings.recall(member)
    const others = audiences.map((audience) => ({
      name: storedAs(audience, { kind, name }),
      readers: audience.readers.join(' ')
    }))
    for (const other of [{ name, readers: 'everybody' }, ...others]) {
      if (other.name === here) continue
      if (await isThere(wanted, other.name, isShared ? options : undefined)) {
        throw new PeerageError('RECORD_READERS_DIFFER', { readers: other.readers })
      }
    }
  }

  async function isThere(wanted: Target, name: string, ask: CallOptions | undefined) {
    const [held] = holdings.serve(locationOf(wanted, name))
    if (held !== undefined || ask === undefined)
      return held !== undefined && held.form !== 'deleted'
    try {
      const { kind, owner } = wanted.key
      await records.get({ kind, owner, name }, ask)
      return true
    } catch (error) {
      if (isAbsent(error)) return false
      throw error
    }
  }

  /** Tries the names under which a record may be stored, those that this node has seen first. */
  async function inNames<T>(
    wanted: RecordWanted,
    { signal }: CallOptions,
    attempt: (name: string) => Promise<T>
  ): Promise<T> {
    const named = target(wanted)
    if (!isSealable(named.kind)) return await attempt(wanted.name)
    const owner = memberOf(named.key.owner)
    const tried = new Set<string>()
    let absent: PeerageError | undefined
    const tryAll = async (names: readonly string[]): Promise<{ found: T } | undefined> => {
      for (const name of names.filter((each) => !tried.has(each))) {
        tried.add(name)
        try {
          return { found: await attempt(name) }
        } catch (error) {
          if (!isAbsent(error)) throw error
          // That it was deleted says more than that it is not there.
          if (absent?.code !== 'RECORD_DELETED') absent = error
        }
      }
      return undefined
    }
    const names = (audiences: readonly KnownAudience[]) =>
      audiences.map((audience) => storedAs(audience, wanted))
    const seen = names(await rings.recall(owner)).filter(
      (name) => holdings.newest(locationOf(named, name)) !== undefined
    )
    const first = await tryAll([...seen, wanted.name])
    if (first !== undefined) return first.found
    const ring = await rings.read(owner, signal)
    const second = await tryAll(names(ring.open))
    if (second !== undefined) return second.found
    if (absent?.code === 'RECORD_NOT_FOUND' && ring.shut.length > 0) {
      const readers = [...new Set(ring.shut.flat())].join(' ')
      throw new PeerageError('RECORD_SEALED', { owner, readers })
    }
    throw absent ?? new PeerageError('RECORD_NOT_FOUND')
  }

  /** Throws `RECORD_SEALED`, `RECORD_SEAL_BROKEN`. */
  async function opened(read: RecordRead): Promise<RecordRead> {
    if (read.form !== 'sealed') return read
    const content = await openValue(read.value, { ...read, network }, key)
    if (!content.ok) throw new PeerageError(content.fault, content.detail)
    return { ...read, ...content.value }
  }

  const openedVersion = async (version: HistoryRead['versions'][number]) => {
    const { record } = version
    if (record.form !== 'sealed') return version
    const content = await openValue(record.value, record, key)
    if (!content.ok) return { ...version, readers: readersOf(record.value) ?? [], isOpen: false }
    const { value, readers } = content.value
    return { ...version, record: { ...record, value }, readers, isOpen: true }
  }

  const resealing = createResealing({
    ...{ ...components, rings, member },
    reseal: async (put, readers, signal) => {
      await seal(put, readers, { signal })
    }
  })

  const storedName = (wanted: RecordWanted) => {
    const named = target(wanted)
    const known = rings
      .known(memberOf(named.key.owner))
      .map((audience) => storedAs(audience, wanted))
    return (
      known.find((name) => holdings.newest(locationOf(named, name)) !== undefined) ?? wanted.name
    )
  }

  return {
    ...records,
    async start() {
      await records.start()
      resealing.start()
    },
    async stop() {
      resealing.stop()
      await records.stop()
    },
    readersChanged: () => resealing.look(),
    async put({ sealTo = [], ...put }, options = {}): Promise<RecordWritten> {
      const { value } = put
      if (sealTo.length > 0) {
        const readers = requireAudience(sealTo, membership)
        if (value instanceof Uint8Array) return await seal({ ...put, value }, readers, options)
        throw new TypeError('only a value is sealed')
      }
      if (value === undefined) {
        return await inNames(put, options, async (name) => ({
          ...(await records.put({ ...put, name }, options)),
          name: put.name
        }))
      }
      await requireOnlyHere(target(put), { name: put.name, readers: undefined }, options)
      return await records.put(put, options)
    },
    get: (wanted, options = {}) =>
      inNames(wanted, options, async (name) =>
        opened(await records.get({ ...wanted, name }, options))
      ),
    history: (wanted, options = {}) =>
      inNames(wanted, options, async (name) => {
        const read = await records.history({ ...wanted, name }, options)
        return { ...read, versions: await Promise.all(read.versions.map(openedVersion)) }
      }),
    receipts(wanted) {
      const found = records.receipts({ ...wanted, name: storedName(wanted) })
      return { ...found, key: { ...found.key, name: wanted.name } }
    },
    async holders(wanted, options) {
      const found = await records.holders({ ...wanted, name: storedName(wanted) }, options)
      return { ...found, key: { ...found.key, name: wanted.name } }
    }
  }
}

/** Entries of a dictionary have to be found together, and a name key belongs to one member. */
function isSealable({ model, writers }: Kind): boolean {
  return model === 'single' && (writers.by === 'owner' || writers.by === 'node')
}

function requireSealable({ kind, key }: Target, member: string): void {
  if (!isSealable(kind)) {
    const details = { argument: 'sealTo', model: kind.model, writers: kind.writers.by }
    throw new PeerageError('INVALID_ARGUMENT', details)
  }
  if (memberOf(key.owner) !== member) throw new PeerageError('RECORD_WRITER_DENIED')
}

/** Owners of what can be sealed are `member` or `member/node`. */
function memberOf(owner: string): string {
  return owner.split('/')[0] ?? owner
}

/** Throws `RECORD_READERS_INVALID`, also for a name that nobody has: most likely it is misspelled. */
function requireAudience(clauses: readonly string[], membership: Membership): Audience {
  const audience = parseAudience(clauses)
  if (!audience.ok) throw new PeerageError(audience.fault, audience.detail)
  for (const clause of audience.value) {
    if (nodesOf([clause], '', membership).length > 0) continue
    throw new PeerageError('RECORD_READERS_INVALID', { readers: clause, reason: 'nobody' })
  }
  return audience.value
}
