import type { PrivateKey, PublicKey } from '../crypto/ed25519.ts'
import type { Random } from '../crypto/random.ts'
import { PeerageError } from '../errors.ts'
import { parseName } from '../identity/name.ts'
import { type NetworkId, networkIdOf } from '../identity/network-id.ts'
import type { Clock } from '../time/clock.ts'
import { sealCheckpoint } from './checkpoint.ts'
import { GENESIS_NONCE_BYTES, sealEntry } from './entry.ts'
import { leafHash } from './merkle.ts'
import type { Genesis } from './trust-log.ts'

/**
 * The first entry and checkpoint of a new network whose authority holds `key`. Throws
 * `INVALID_ARGUMENT` for a name that is none.
 */
export function createGenesis(init: {
  readonly name: string
  readonly key: PrivateKey
  /** May put a new authority key in charge, and nothing else. */
  readonly recoveryKey?: PublicKey | undefined
  readonly clock: Clock
  readonly random: Random
}): Genesis & { readonly network: NetworkId } {
  const { name, key, clock, random } = init
  if (!parseName(name).ok) throw new PeerageError('INVALID_ARGUMENT', { argument: 'name' })
  const time = clock.now()
  const entry = sealEntry(
    {
      version: 1,
      network: '',
      index: 0,
      time,
      type: 'genesis',
      name,
      authorityKey: key.publicKey.bytes,
      recoveryKey: init.recoveryKey?.bytes ?? new Uint8Array(),
      nonce: random.bytes(GENESIS_NONCE_BYTES)
    },
    key
  )
  // The root of a tree with one leaf is the hash of that leaf (RFC 9162 §2.1.1).
  const root = leafHash(entry)
  const network = networkIdOf(root)
  return {
    entry,
    checkpoint: sealCheckpoint({ version: 1, network, size: 1, root, time }, key),
    network
  }
}
