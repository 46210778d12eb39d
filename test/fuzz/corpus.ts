import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { utf8 } from '../../src/encoding/bytes.ts'
import type { NetworkId } from '../../src/identity/network-id.ts'
import { DECODERS, type Decode } from './decoders.ts'

/** Bytes that a decoder takes, and the network that they belong to. */
export interface Seed {
  readonly bytes: Uint8Array
  readonly network: NetworkId
}

export interface Subject {
  readonly name: string
  readonly decode: Decode
  readonly seeds: readonly Seed[]
}

const VECTORS = join(import.meta.dirname, '../vectors')
/** One minimal frame of each message that the vectors do not have. */
const MINIMAL = join(import.meta.dirname, 'minimal.json')

/** Every decoder with everything of the committed corpus that it takes. */
export function subjects(): readonly Subject[] {
  const files = readdirSync(VECTORS).filter((name) => name.endsWith('.json'))
  const corpus = [MINIMAL, ...files.map((name) => join(VECTORS, name))].flatMap(seedsOf)
  return Object.entries(DECODERS).map(([name, decode]) => {
    const seeds = corpus.filter(({ bytes, network }) => decode(bytes, network).ok)
    return { name, decode, seeds }
  })
}

function seedsOf(path: string): readonly Seed[] {
  const content = JSON.parse(readFileSync(path, 'utf8'))
  const network = (content.network ??
    content.context?.network ??
    content.valid?.network ??
    '') as NetworkId
  return stringsIn(content).map((text) => ({ bytes: bytesOf(text), network }))
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  // What people carry as a file is a text as a whole.
  const isFile = 'jsonrpc' in value || `${'format' in value && value.format}`.startsWith('peerage-')
  return [...(isFile ? [JSON.stringify(value)] : []), ...Object.values(value).flatMap(stringsIn)]
}

/** Vectors write bytes as hex; everything else is a text of its own. */
function bytesOf(value: string): Uint8Array {
  return /^(?:[0-9a-f]{2})+$/.test(value) ? Uint8Array.from(Buffer.from(value, 'hex')) : utf8(value)
}
