import { equalBytes } from '../../encoding/bytes.ts'
import { accept, type Verdict } from '../../encoding/verdict.ts'
import type { ErrorCode } from '../../errors.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { VerifiedRecord } from '../../records/record.ts'
import { compareMarks } from '../../records/supersede.ts'
import type { RecordResponse } from './messages.ts'

export type FetchAnswer = Extract<RecordResponse, { ask: 'fetch' }>
export type Judge = (bytes: Uint8Array) => Verdict<VerifiedRecord>

/** Verified answers that mean "absent" all the same: what was shown is no longer anything. */
const GONE: readonly ErrorCode[] = ['RECORD_EXPIRED', 'RECORD_WRITER_REVOKED']

/** The answers to one question "what do you have?", each verified before it counts. */
export class Reading {
  readonly #judge: Judge
  readonly #found = new Map<string, { record: VerifiedRecord; from: NodeId[] }>()
  readonly #versions = new Map<NodeId, number>()
  readonly #faults = new Map<NodeId, ErrorCode>()
  readonly #claims: number[] = []

  constructor(judge: Judge) {
    this.#judge = judge
  }

  /** What was admitted already, as what this node has itself; it is no answer of a holder. */
  addAdmitted(nodeId: NodeId, records: readonly VerifiedRecord[]): void {
    for (const record of records) this.#add(nodeId, record)
  }

  add(nodeId: NodeId, answer: Verdict<FetchAnswer>): void {
    if (!answer.ok) {
      this.#faults.set(nodeId, answer.fault)
      return
    }
    this.#claims.push(answer.value.newest)
    let version = 0
    for (const bytes of answer.value.records) {
      const judged = this.#judgeOnce(bytes)
      if (judged.ok) {
        this.#add(nodeId, judged.value)
        version = Math.max(version, judged.value.version)
      } else if (!GONE.includes(judged.fault)) {
        this.#faults.set(nodeId, judged.fault)
      }
    }
    // A holder that showed something false and nothing true has not said "absent".
    if (version > 0 || !this.#faults.has(nodeId)) this.#versions.set(nodeId, version)
  }

  /** Most holders give the very same bytes: they are verified once. */
  #judgeOnce(bytes: Uint8Array): Verdict<VerifiedRecord> {
    for (const { record } of this.#found.values()) {
      if (equalBytes(record.bytes, bytes)) return accept(record)
    }
    return this.#judge(bytes)
  }

  #add(nodeId: NodeId, record: VerifiedRecord): void {
    const found = this.#found.get(record.digest)
    if (found === undefined) this.#found.set(record.digest, { record, from: [nodeId] })
    else if (!found.from.includes(nodeId)) found.from.push(nodeId)
  }

  /** Holders that gave a usable answer: a verified record, or its absence. */
  get answered(): number {
    return this.#versions.size
  }

  get faults(): ReadonlyMap<NodeId, ErrorCode> {
    return this.#faults
  }

  /** The newest verified record; of rivals the one that every reader chooses. */
  best(): VerifiedRecord | undefined {
    return this.#records()[0]
  }

  /** Records with the version of the best and other content. */
  rivals(): readonly VerifiedRecord[] {
    const [best, ...others] = this.#records()
    return others.filter((record) => record.version === best?.version)
  }

  holdersOf(record: VerifiedRecord): readonly NodeId[] {
    return this.#found.get(record.digest)?.from ?? []
  }

  /** The version that a holder showed; 0 where it showed none. */
  versionOf(nodeId: NodeId): number {
    return this.#versions.get(nodeId) ?? 0
  }

  /** Holders that answered with nothing or with less than `version`. */
  behind(version: number): readonly NodeId[] {
    return [...this.#versions].filter(([, have]) => have < version).map(([nodeId]) => nodeId)
  }

  /** The highest version that a verified record shows, or the given one that is known. */
  provenVersion(known: number): number {
    return Math.max(known, this.best()?.version ?? 0)
  }

  /**
   * The highest version to write above: what is proven, or what a holder claims to remember (its
   * record has expired, or its writer was revoked). A claim has no proof, so one that would move
   * the version by more than `recordVersionJumpMax` is ignored: no holder can use up the numbers.
   */
  highestVersion(known: number): number {
    const proven = this.provenVersion(known)
    const credible = this.#claims.filter((claim) => claim <= proven + LIMITS.recordVersionJumpMax)
    return Math.max(proven, ...credible)
  }

  #records(): VerifiedRecord[] {
    return [...this.#found.values()].map(({ record }) => record).sort(compareMarks)
  }
}
