import { toHex, utf8 } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { LIMITS } from '../../src/limits.ts'
import { encodeOpinionList, type Opinion } from '../../src/reputation/opinion-list.ts'
import { writeVectors } from './write-vectors.ts'

/** Vectors for lists of opinions. Run: node scripts/vectors/opinions.ts */
export function opinionVectors() {
  const lists: Readonly<Record<string, readonly Opinion[]>> = {
    'nobody is warned of': [],
    'two members, one with the number of an error': [
      { member: 'mallory', code: 'RECORD_EQUIVOCATION' },
      { member: 'trudy', code: undefined }
    ]
  }
  const list = (...opinions: readonly object[]) => encodeCbor({ version: 1, opinions })
  const many = Array.from({ length: LIMITS.opinionsPerListMax + 1 }, (_, i) => ({
    member: `m${1000 + i}`
  }))
  const invalid: Readonly<Record<string, Uint8Array>> = {
    nothing: new Uint8Array(),
    'a text': utf8('mallory is bad'),
    'another version': encodeCbor({ version: 2, opinions: [] }),
    'praise, for which there is no form': list({ member: 'mallory', praise: 1 }),
    'a name that is none': list({ member: 'Mallory!' }),
    'the same member twice': list({ member: 'mallory' }, { member: 'mallory' }),
    'another order': list({ member: 'trudy' }, { member: 'mallory' }),
    'too many opinions': list(...many),
    'too many bytes': new Uint8Array(LIMITS.opinionListBytesMax + 1)
  }
  return {
    format: 'opinions',
    specification: 'docs/protocol/opinions.md',
    valid: Object.entries(lists).map(([name, opinions]) => ({
      name,
      opinions: opinions.map(({ member, code }) => ({ member, code: code ?? null })),
      bytes: toHex(encodeOpinionList(opinions))
    })),
    invalid: Object.entries(invalid).map(([name, bytes]) => ({
      name,
      bytes: toHex(bytes),
      code: 'OPINION_LIST_INVALID'
    }))
  }
}

if (import.meta.main) writeVectors('opinions', opinionVectors())
