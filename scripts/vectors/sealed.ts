import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { systemRandom } from '../../src/crypto/random.ts'
import { x25519PrivateKey, x25519PublicKey } from '../../src/crypto/sealing.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { sealedName } from '../../src/records/sealed-name.ts'
import { openValue, type SealedPlace, sealValue } from '../../src/records/sealed-value.ts'

const FILE = join(import.meta.dirname, '../../test/vectors/sealed.json')
const keys = [1, 2].map((seed) => PrivateKey.fromSeed(new Uint8Array(32).fill(seed)))
const nameKey = new Uint8Array(32).fill(5)
const NAME = 'plan'

const place: SealedPlace = {
  network: networkIdOf(new Uint8Array(32).fill(7)),
  kind: 'note',
  owner: 'alice',
  name: sealedName(nameKey, 'note', NAME),
  version: 3
}
const readers = ['group:staff', 'member:bob']
const value = new TextEncoder().encode('attack at dawn')

/** What is the same whenever it is made; bytes are in hex. */
export function sealedVectors() {
  return {
    keys: keys.map((key) => ({
      seed: toHex(key.exportSeed()),
      nodeId: nodeIdOf(key.publicKey),
      privateKey: toHex(x25519PrivateKey(key)),
      publicKey: toHex(x25519PublicKey(key.publicKey))
    })),
    names: [{ nameKey: toHex(nameKey), kind: 'note', name: NAME, stored: place.name }],
    place,
    readers,
    content: { name: NAME, value: toHex(value) }
  }
}

/** Opens with every key, at this place only. */
export async function opensAll(sealed: Uint8Array): Promise<boolean> {
  const opened = await Promise.all(keys.map((key) => openValue(sealed, place, key)))
  return opened.every(
    (each) => each.ok && each.value.name === NAME && toHex(each.value.value) === toHex(value)
  )
}

async function makeSealed(): Promise<string> {
  const nodes = keys.map(({ publicKey }) => nodeIdOf(publicKey))
  const content = { name: NAME, value }
  const sealed = await sealValue(content, place, { readers, nodes, random: systemRandom })
  if (!sealed.ok) throw new Error(sealed.fault)
  return toHex(sealed.value)
}

/** Sealing is random: what was made before is kept while it still opens. */
export function keptSealed(): string | undefined {
  if (!existsSync(FILE)) return undefined
  const { sealed }: { sealed: string } = JSON.parse(readFileSync(FILE, 'utf8'))
  return sealed
}

if (import.meta.main) {
  const kept = keptSealed()
  const isGood = kept !== undefined && (await opensAll(Buffer.from(kept, 'hex')))
  const sealed = isGood ? kept : await makeSealed()
  writeFileSync(FILE, `${JSON.stringify({ ...sealedVectors(), sealed }, null, 2)}\n`)
}
