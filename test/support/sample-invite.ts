import { PrivateKey } from '../../src/crypto/ed25519.ts'
import type { Invite } from '../../src/identity/invite.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom('sample invite')

export const AUTHORITY = PrivateKey.generate(random)
export const OTHER_KEY = PrivateKey.generate(random)

/** An invite with every field used; tests that need another one spread it. */
export const INVITE: Invite = {
  version: 1,
  network: networkIdOf(new Uint8Array(32).fill(7)),
  networkName: 'local',
  id: '0123456789abcdef',
  secret: random.bytes(32),
  member: 'bob',
  node: 'laptop',
  groups: ['ops', 'till'],
  expiresAt: Date.UTC(2026, 0, 1, 1),
  frontDesk: [`/ip4/127.0.0.1/tcp/4002/p2p/${nodeIdOf(OTHER_KEY.publicKey)}`]
}
