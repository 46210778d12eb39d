import { PrivateKey, type PublicKey } from '../../src/crypto/ed25519.ts'
import { concatBytes } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { issueCertificate } from '../../src/identity/certificate-issue.ts'
import { LIMITS } from '../../src/limits.ts'
import { encodeHello } from '../../src/overlay/admission.ts'
import { prepareKey } from '../../src/trust/authority.ts'
import { sealCheckpoint } from '../../src/trust/checkpoint.ts'
import { successionOf } from '../../src/trust/succession.ts'
import type { TrustLog } from '../../src/trust/trust-log.ts'
import { accepted, createTestNetwork, type TestNetwork } from './trust-network.ts'

export interface HelloCase {
  readonly title: string
  readonly bytes: Uint8Array
  /** Proved by the handshake; `undefined` for every type but Ed25519. */
  readonly key: PublicKey | undefined
}

export interface HelloCases {
  readonly network: TestNetwork
  /** The log of the node that judges: genesis, alice/laptop, mallory/laptop, mallory revoked. */
  readonly log: TrustLog
  readonly valid: readonly (HelloCase & { readonly relation: 'same' | 'ahead' | 'behind' })[]
  readonly invalid: readonly (HelloCase & { readonly fault: ErrorCode })[]
}

/** Hellos of every kind, judged by one log at the time of `network.clock`. */
export async function createHelloCases(): Promise<HelloCases> {
  const network = createTestNetwork('hello')
  const { random, clock, authority } = network
  const enroll = async (member: string, node: string) => {
    const key = PrivateKey.generate(random)
    const publicKey = key.publicKey
    const { certificate } = await authority.enroll({
      member,
      groups: [],
      node,
      publicKey,
      method: 'invite',
      assurance: 1,
      invite: ''
    })
    return { key: publicKey, certificate }
  }
  const alice = await enroll('alice', 'laptop')
  const behind = network.log.head().bytes
  const mallory = await enroll('mallory', 'laptop')
  await authority.revoke({ by: 'member', value: 'mallory', reason: 'test' })
  const same = network.log.head().bytes
  const log = network.newcomer()
  accepted(log.advance({ checkpoint: same, entries: network.log.entries(1, network.log.size) }))
  const newer = await enroll('bob', 'server')
  const ahead = network.log.head().bytes
  const heir = PrivateKey.generate(random)
  await authority.decide(prepareKey(network.network, heir))
  await authority.activateKey(heir)
  const later = network.log.head().bytes
  const succession = successionOf(network.log, clock.now())

  const issued = async (node: string, publicKey: PublicKey, issuer = network.key) =>
    issueCertificate({
      authority: issuer,
      network: network.network,
      member: 'alice',
      node,
      publicKey,
      notBefore: clock.now(),
      notAfter: clock.now() + LIMITS.certificateLifetimeMs,
      method: 'invite',
      assurance: 1,
      random
    })
  const renewed = await issued('laptop', alice.key)
  const ofHeir = await issued('laptop', alice.key, heir)
  const ofStranger = await issued('laptop', alice.key, PrivateKey.generate(random))
  const renamed = await issued('server', alice.key)
  const unlistedKey = PrivateKey.generate(random).publicKey
  const unlisted = await issued('phone', unlistedKey)
  const claim = { version: 1, network: network.network, size: log.size, time: clock.now() } as const
  const root = new Uint8Array(32)
  const fork = sealCheckpoint({ ...claim, root }, network.key)
  const forged = sealCheckpoint({ ...claim, root }, PrivateKey.generate(random))
  const future = sealCheckpoint({ ...claim, size: 99, root, time: clock.now() * 2 }, network.key)

  const { key, certificate } = alice
  const hello = (checkpoint: Uint8Array, shown = certificate) =>
    encodeHello({ certificate: shown, checkpoint })
  const good = hello(same)
  const loose = (fields: Record<string, unknown>) =>
    encodeCbor({ version: 1, certificate, checkpoint: same, ...fields })
  const invalid = (fault: ErrorCode, title: string, bytes: Uint8Array, proved = key) => ({
    title,
    fault,
    bytes,
    key: proved
  })
  return {
    network,
    log,
    valid: [
      { title: 'of a node with the same log', bytes: good, key, relation: 'same' },
      { title: 'of a node whose log is behind', bytes: hello(behind), key, relation: 'behind' },
      { title: 'of a node whose log is ahead', bytes: hello(ahead), key, relation: 'ahead' },
      { title: 'with a renewed certificate', bytes: hello(same, renewed), key, relation: 'same' },
      {
        title: 'of a node that was enrolled after our log ends',
        bytes: hello(ahead, newer.certificate),
        key: newer.key,
        relation: 'ahead'
      },
      {
        title: 'of a key in charge that our log lacks, with the entries that put it there',
        bytes: encodeHello({ certificate: ofHeir, checkpoint: later, succession }),
        key,
        relation: 'ahead'
      },
      {
        title: 'with such entries and a certificate that we know anyway',
        bytes: encodeHello({ certificate, checkpoint: later, succession }),
        key,
        relation: 'ahead'
      }
    ],
    invalid: [
      { ...invalid('PEER_KEY_TYPE', 'of a key that is not Ed25519', good), key: undefined },
      invalid('PEER_UNCERTIFIED', 'of no bytes', new Uint8Array()),
      invalid('PEER_UNCERTIFIED', 'with an empty certificate', hello(same, new Uint8Array())),
      invalid('MESSAGE_TOO_LARGE', 'above the bound', new Uint8Array(LIMITS.helloBytesMax + 1)),
      invalid('MESSAGE_MALFORMED', 'of another version', loose({ version: 2 })),
      invalid('MESSAGE_MALFORMED', 'with an unknown field', loose({ comment: '' })),
      invalid('MESSAGE_MALFORMED', 'with a text as certificate', loose({ certificate: 'x' })),
      invalid('MESSAGE_MALFORMED', 'that is cut short', good.slice(0, -1)),
      invalid('MESSAGE_MALFORMED', 'with a byte behind', concatBytes([good, Uint8Array.of(0)])),
      invalid('MESSAGE_MALFORMED', 'that is a list', encodeCbor([1, certificate, same])),
      invalid('CERTIFICATE_MALFORMED', 'with a damaged certificate', hello(same, root)),
      invalid(
        'CERTIFICATE_WRONG_ISSUER',
        'of a key in charge that our log lacks, without the entries',
        hello(later, ofHeir)
      ),
      invalid(
        'CERTIFICATE_WRONG_ISSUER',
        'of a stranger, with the entries of somebody else',
        encodeHello({ certificate: ofStranger, checkpoint: later, succession })
      ),
      invalid(
        'CERTIFICATE_WRONG_ISSUER',
        'of a key in charge that our log lacks, with a checkpoint that is not ahead',
        encodeHello({ certificate: ofHeir, checkpoint: same, succession })
      ),
      invalid('MESSAGE_MALFORMED', 'with an empty succession', loose({ succession: [] })),
      invalid(
        'MESSAGE_MALFORMED',
        'with too long a succession',
        loose({ succession: Array.from({ length: LIMITS.successionEntriesMax + 1 }, () => root) })
      ),
      invalid('CERTIFICATE_KEY_MISMATCH', 'on the connection of another node', good, mallory.key),
      invalid(
        'CERTIFICATE_REVOKED',
        'of a revoked member',
        hello(behind, mallory.certificate),
        mallory.key
      ),
      invalid('CERTIFICATE_NOT_IN_LOG', 'with another name than enrolled', hello(same, renamed)),
      invalid(
        'CERTIFICATE_NOT_IN_LOG',
        'of a node that our log, which is not behind, does not list',
        hello(same, unlisted),
        unlistedKey
      ),
      invalid('CHECKPOINT_MALFORMED', 'without checkpoint', hello(new Uint8Array())),
      invalid('TRUST_SIGNER_NOT_ENTITLED', 'with a checkpoint of somebody else', hello(forged)),
      invalid('TRUST_FORK', 'with a checkpoint that contradicts our log', hello(fork)),
      invalid('CLOCK_BACKWARD', 'with a checkpoint of the future', hello(future)),
      invalid(
        'WRONG_NETWORK',
        'with a checkpoint of another network',
        hello(createTestNetwork('another').log.head().bytes)
      )
    ]
  }
}
