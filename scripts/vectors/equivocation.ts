import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { parseEntry } from '../../src/trust/entry.ts'
import {
  createEquivocationProof,
  openEvidence,
  verifyEquivocationProof
} from '../../src/trust/equivocation.ts'
import { leafHash, MerkleTree, memoryHashStore, prefixProof } from '../../src/trust/merkle.ts'
import { accepted, TestHistory } from '../../test/support/trust-network.ts'
import { writeVectors } from './write-vectors.ts'

/** The same up to here: a whole subtree, where the first hash of a prefix is easily forgotten. */
const COMMON = 4
const LARGER = 7

/** Vectors for docs/protocol/equivocation.md. Run: node scripts/vectors/equivocation.ts */
export function equivocationVectors() {
  const history = new TestHistory('equivocation vectors')
  const { network, key } = history
  const stranger = PrivateKey.generate(history.random)
  while (history.entries.length < COMMON - 1) history.addMember(`common-${history.entries.length}`)
  const shared = history.entries.length
  history.addMember('left')
  const left = [...history.entries]
  const smaller = history.checkpoint()
  history.entries.length = shared
  while (history.entries.length < LARGER) history.addMember(`right-${history.entries.length}`)
  const larger = history.checkpoint()
  const right = [...history.entries]

  const tree = new MerkleTree(memoryHashStore(), 0)
  for (const bytes of right) tree.append(leafHash(bytes))
  const consistency = tree.consistencyProof(COMMON, LARGER)
  const prefix = prefixProof(COMMON, tree.root(COMMON), consistency)
  const checkpoints = { version: 1, about: 'checkpoints', smaller, larger, prefix }
  const equal = { ...checkpoints, larger: history.checkpoint(COMMON), prefix: [] }
  const [first = smaller, second = larger] = [left[shared], right[shared]]
  const entries = { version: 1, about: 'entries', first, second }
  const valid = { checkpoints, 'checkpoints of one size': equal, entries }

  const root = new Uint8Array(32)
  const invalid: Record<string, unknown> = {
    'checkpoints that agree': { ...checkpoints, smaller: history.checkpoint(COMMON) },
    'the proof as RFC 9162 has it': { ...checkpoints, prefix: consistency },
    'no proof': { ...checkpoints, prefix: [] },
    'a proof where none is needed': { ...equal, prefix: [root] },
    'the larger one first': { ...checkpoints, smaller: larger, larger: smaller },
    'checkpoints of two keys': {
      ...checkpoints,
      smaller: history.checkpoint(COMMON, { key: stranger, root })
    },
    'a checkpoint of another network': {
      ...checkpoints,
      smaller: history.checkpoint(COMMON, { network: new TestHistory('other').network, root })
    },
    'one entry twice': { ...entries, second: first },
    'entries of two places': { ...entries, second: right[shared + 1] },
    'entries of two keys': {
      ...entries,
      second: history.next(
        { type: 'member-added', attributes: {}, member: 'eve', groups: [], index: shared },
        stranger
      )
    },
    'genesis as an entry': { ...entries, first: history.genesis.entry },
    'another version': { ...entries, version: 2 },
    'a field more': { ...entries, more: 1 }
  }
  const evidence = accepted(openEvidence(encodeCbor(checkpoints), network))
  const genesis = accepted(parseEntry(history.genesis.entry))
  const proof = createEquivocationProof(network, evidence, [genesis])
  accepted(verifyEquivocationProof(proof, network))
  return {
    format: 'equivocation',
    specification: 'docs/protocol/equivocation.md',
    network,
    authoritySeed: toHex(key.exportSeed()),
    valid: Object.entries(valid).map(([title, value]) => {
      const bytes = encodeCbor(value)
      const { about, at } = accepted(openEvidence(bytes, network))
      return { title, about, at, evidence: toHex(bytes) }
    }),
    invalid: Object.entries(invalid).map(([title, value]) => {
      const bytes = encodeCbor(value)
      const opened = openEvidence(bytes, network)
      if (opened.ok) throw new Error(title)
      return { title, fault: opened.fault, evidence: toHex(bytes) }
    }),
    /** What `peerage trust evidence` writes about the first one. */
    proof
  }
}

if (import.meta.main) writeVectors('equivocation', equivocationVectors())
