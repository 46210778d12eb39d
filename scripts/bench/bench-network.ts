import type { PrivateKey } from '../../src/crypto/ed25519.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { silentLogger } from '../../src/log.ts'
import { createHost, type Host } from '../../src/overlay/host.ts'
import { systemScheduler } from '../../src/time/scheduler.ts'
import { createOverlayNetwork } from '../../test/support/overlay-network.ts'

export type Role = 'dialer' | 'listener'

export interface BenchIdentity {
  readonly key: PrivateKey
  readonly certificate: Uint8Array
}

export interface BenchNetwork {
  readonly identities: Readonly<Record<Role, BenchIdentity>>
  /** The self-signed certificate of the authority, in DER. */
  readonly authority: Uint8Array
  /** A host as the daemon builds it, on loopback, with all entries of the trust log. */
  host(role: Role): Promise<Host>
  /** So many more members, and a host of each. */
  others(count: number): Promise<readonly Host[]>
}

/** The same network in every process that gives the same time, keys and certificates included. */
export async function createBenchNetwork(now: number): Promise<BenchNetwork> {
  const network = createOverlayNetwork('bench')
  // TLS judges certificates by the clock of the machine.
  network.clock.jump(now)
  const identities = {
    dialer: await network.enroll('ann', 'dialer'),
    listener: await network.enroll('bob', 'listener')
  }
  return {
    identities,
    authority: await network.authority.certificate(),
    host: (role) => hostOf(identities[role]),
    async others(count) {
      const enrolled: BenchIdentity[] = []
      for (let i = 0; i < count; i++) enrolled.push(await network.enroll(`other-${i}`, 'node'))
      return await Promise.all(enrolled.map(hostOf))
    }
  }

  async function hostOf({ key, certificate }: BenchIdentity): Promise<Host> {
    return await createHost(
      {
        key,
        trust: network.log,
        // A thousand times as fast: the gate counts connections of one origin per second, and
        // here all of them come from one address.
        clock: { now: () => network.clock.now(), monotonic: () => performance.now() * 1000 },
        scheduler: systemScheduler,
        log: silentLogger,
        certificate: () => certificate
      },
      { listen: ['/ip4/127.0.0.1/tcp/0'], version: '0.0' }
    )
  }
}

export function peerIdOfRole(network: BenchNetwork, role: Role): string {
  return nodeIdOf(network.identities[role].key.publicKey)
}
