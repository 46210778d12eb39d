import { sha256 } from '../../crypto/digest.ts'
import { concatBytes, equalBytes, toHex, utf8 } from '../../encoding/bytes.ts'
import { encodeVarint } from '../../encoding/varint.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { KindOf } from '../../records/kind.ts'
import { recordPlace } from '../../records/location.ts'
import type { HeldMark, RecordIndex } from '../../storage/record-index.ts'
import type { Clock } from '../../time/clock.ts'
import type { Holders, Placed } from './holders.ts'
import type { RecordRequest, RecordResponse } from './messages.ts'

export interface CompareComponents {
  readonly nodeId: NodeId
  readonly network: NetworkId
  readonly kindOf: KindOf
  readonly holders: Pick<Holders, 'closest'>
  readonly index: RecordIndex
  readonly clock: Clock
}

export type Question = Extract<RecordRequest, { ask: 'compare' }>
export type Answer = Extract<RecordResponse, { ask: 'compare' }>

/** Where the record of a mark belongs; undefined where its kind is gone. */
export function placeOf(
  { network, kindOf }: Pick<CompareComponents, 'network' | 'kindOf'>,
  { kind: name, owner, name: recordName }: HeldMark
): Placed | undefined {
  const kind = kindOf(name)
  if (!kind.ok) return undefined
  const key = { network, kind: name, owner, name: recordName }
  return { place: recordPlace(key, kind.value), kind: kind.value }
}

/** One hash over what a holder has of a range: equal hashes end a comparison. */
export function digestOf(
  marks: readonly Pick<HeldMark, 'location' | 'version' | 'digest'>[]
): Uint8Array {
  return sha256(
    concatBytes(
      marks.flatMap(({ location, version, digest }) => [
        location,
        encodeVarint(version),
        utf8(digest)
      ])
    )
  )
}

/**
 * Says what this node has of a range that the asker is to hold as well: nothing, where both have
 * the same. Of records that the asker is not to hold it learns nothing.
 */
export function answerCompare(
  components: CompareComponents,
  { from, to, digest }: Question,
  asker: NodeId
): Answer {
  const { nodeId, holders, index, clock } = components
  const end = to.length === 0 ? undefined : to
  const page = index.page(from, end, clock.now(), LIMITS.recordComparedMax)
  const shared = page.marks.filter((mark) => {
    const at = placeOf(components, mark)
    if (at === undefined) return false
    const closest = holders.closest(at)
    return closest.includes(nodeId) && closest.includes(asker)
  })
  if (equalBytes(digestOf(shared), digest)) return { ask: 'compare', same: true, marks: [] }
  return {
    ask: 'compare',
    same: false,
    marks: shared.map(({ location, version, digest: each }) => ({
      location,
      version,
      digest: each
    }))
  }
}

/** What of `own` the answering holder lacks: no version of it, an older one, or other content. */
export function lackingOf(own: readonly HeldMark[], answer: Answer): readonly HeldMark[] {
  if (answer.same) return []
  const theirs = new Map(answer.marks.map((mark) => [toHex(mark.location), mark]))
  return own.filter(({ location, version, digest }) => {
    const their = theirs.get(toHex(location))
    if (their === undefined || their.version < version) return true
    return their.version === version && their.digest !== digest
  })
}
