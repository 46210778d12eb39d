import { accept } from '../../src/encoding/verdict.ts'
import { RECORD } from '../../src/protocols/record/index.ts'
import { type RecordContent, sealRecord } from '../../src/records/record.ts'
import type { Interceptor } from './memory-overlay.ts'
import { membersOf, type RecordNode, recordNetwork } from './record-network.ts'
import { NETWORK, OTHER_NETWORK, sampleKey } from './sample-record.ts'
import { seededRandom } from './seeded-random.ts'

export interface AttackCounts {
  readonly attacks: number
  /** Stores that were acknowledged, and reads that gave anything but what the author wrote last. */
  readonly accepted: number
}

const NEWEST = 9
const NAME = 'target'

/**
 * Half of the attacks are stores at a holder, half are answers of all other holders to a reader.
 * Each is one of: a genuine older version, a genuine record of another name or network, one signed
 * by another member or by nobody's key, and the newest one with a byte changed.
 */
export async function attackRecords(count: number, seed: string): Promise<AttackCounts> {
  await using net = await recordNetwork(membersOf(3))
  const [author, holder, reader] = net.nodes
  if (author === undefined || holder === undefined || reader === undefined) throw new Error('three')
  const random = seededRandom(seed)
  const pick = (below: number) => {
    const [high = 0, low = 0] = random.bytes(2)
    return (high * 256 + low) % below
  }
  const content = (change: Partial<RecordContent> = {}): RecordContent => ({
    ...{ network: NETWORK, kind: 'note', owner: author.member, name: NAME, version: NEWEST },
    ...{ storedAt: net.time.now(), lifetimeMs: 60_000, form: 'plain' },
    value: Buffer.from(`hostile ${pick(65_536)}`),
    ...change
  })
  const newest = sealRecord(content({ value: Buffer.from('genuine') }), author.key)
  for (const to of [author, holder, reader]) await store(author, to, newest)

  const hostile: readonly (() => Uint8Array)[] = [
    () => sealRecord(content({ version: 1 + pick(NEWEST - 1) }), author.key),
    () => sealRecord(content({ name: `other-${pick(64)}`, network: OTHER_NETWORK }), author.key),
    () => sealRecord(content({ version: NEWEST + 1 + pick(9) }), holder.key),
    () => sealRecord(content({ version: NEWEST + 1 + pick(9) }), sampleKey(99)),
    () => changed(newest, pick(newest.length), 1 + pick(255))
  ]
  const elsewhere = () => sealRecord(content({ name: `other-${pick(64)}` }), author.key)

  let accepted = 0
  for (let i = 0; i < count; i++) {
    // What was received is kept for tests; a hundred thousand of it is too much.
    for (const node of net.nodes) node.overlay.received.length = 0
    const attack = hostile[pick(hostile.length)]
    if (attack === undefined) throw new RangeError('no such attack')
    if (i % 2 === 0) {
      if (await store(reader, holder, attack())) accepted++
      continue
    }
    // As an answer, a genuine record of another name is a substitution.
    const shown = pick(hostile.length + 1) === 0 ? elsewhere() : attack()
    const lie: Interceptor = async (call) =>
      isFetch(call.request) ? accept({ ask: 'fetch', records: [shown], newest: 1 }) : call.pass()
    for (const node of [author, holder]) net.network.intercept(node.nodeId, lie)
    const read = await reader.records.get({ kind: 'note', name: NAME, owner: author.member })
    if (Buffer.from(read.value).toString() !== 'genuine') accepted++
    for (const node of [author, holder]) net.network.intercept(node.nodeId, undefined)
  }
  const held = await holder.records.get({ kind: 'note', name: NAME, owner: author.member })
  if (held.version !== NEWEST || held.conflict) accepted++
  return { attacks: count, accepted }
}

async function store(from: RecordNode, to: RecordNode, record: Uint8Array): Promise<boolean> {
  const answer = await from.overlay.call(to.nodeId, RECORD, { ask: 'store', record })
  return answer.ok
}

function isFetch(request: unknown): boolean {
  return (
    typeof request === 'object' && request !== null && 'ask' in request && request.ask === 'fetch'
  )
}

function changed(bytes: Uint8Array, at: number, by: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ by : byte))
}
