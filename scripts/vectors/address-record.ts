import { DOMAINS } from '../../src/crypto/domains.ts'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { sealEnvelope } from '../../src/crypto/envelope.ts'
import { concatBytes, toHex } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { sealAddressRecord } from '../../src/overlay/address-record.ts'
import { ADDRESSES } from '../../src/protocols/addresses/index.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { writeVectors } from './write-vectors.ts'

const key = PrivateKey.generate(seededRandom('address record vectors'))
const network = networkIdOf(new Uint8Array(32).fill(7))
const content = {
  version: 1,
  network,
  addresses: ['/ip4/192.0.2.1/tcp/4001'],
  sequence: Date.UTC(2026, 0, 1)
}

/** Vectors for address records and their exchange. Run: node scripts/vectors/address-record.ts */
export function addressRecordVectors() {
  const full = Array.from(
    { length: LIMITS.addressesPerPeerMax },
    (_, i) => `/ip4/192.0.2.1/tcp/${4001 + i}`
  )
  return {
    format: 'address-record',
    specification: 'docs/protocol/addresses.md',
    context: {
      seed: toHex(key.exportSeed()),
      nodeId: nodeIdOf(key.publicKey),
      network,
      bytesMax: LIMITS.addressRecordBytesMax
    },
    valid: [
      valid('with one address', content),
      valid('with every kind of host', {
        ...content,
        addresses: [
          '/ip4/192.0.2.1/tcp/4001',
          '/ip6/2001:db8::1/tcp/4001',
          '/dns/node.example.org/tcp/443',
          '/dns4/node.example.org/tcp/443',
          '/dns6/node.example.org/tcp/443'
        ]
      }),
      valid('with no address: a node that can only dial', { ...content, addresses: [] }),
      valid('with as many addresses as may be', { ...content, addresses: full })
    ],
    invalid: [...invalidContents(full), ...invalidBytes()],
    messages: messages()
  }
}

function valid(name: string, record: typeof content) {
  const { addresses, sequence } = record
  return { name, bytes: toHex(sealAddressRecord({ network, addresses, sequence }, key)), record }
}

function seal(change: Record<string, unknown>): Uint8Array {
  return sealEnvelope(DOMAINS.addresses, encodeCbor({ ...content, ...change }), key)
}

function invalidContents(full: readonly string[]) {
  const addresses: Record<string, string> = {
    'with a node id in it': `/ip4/192.0.2.1/tcp/4001/p2p/${nodeIdOf(key.publicKey)}`,
    'of a relay': `/ip4/192.0.2.1/tcp/4001/p2p/${nodeIdOf(key.publicKey)}/p2p-circuit`,
    'for UDP': '/ip4/192.0.2.1/udp/4001',
    'for QUIC': '/ip4/192.0.2.1/udp/4001/quic-v1',
    'for WebSocket': '/ip4/192.0.2.1/tcp/4001/ws',
    'of a Unix socket': '/unix/tmp/socket',
    'by dnsaddr': '/dnsaddr/example.org/tcp/4001',
    'with port 0': '/ip4/192.0.2.1/tcp/0',
    'with a port above 65535': '/ip4/192.0.2.1/tcp/65536',
    'without a port': '/ip4/192.0.2.1',
    'of every interface': '/ip4/0.0.0.0/tcp/4001',
    'of every interface, version 6': '/ip6/::/tcp/4001',
    'in another spelling': '/ip6/2001:0db8::1/tcp/4001',
    'that ends in a slash': '/ip4/192.0.2.1/tcp/4001/',
    'that is no multiaddr': '192.0.2.1:4001',
    'that is empty': '',
    'that is too long': `/dns4/${'a'.repeat(LIMITS.addressBytesMax)}/tcp/1`
  }
  const changes: Record<string, Record<string, unknown>> = {
    'another version': { version: 2 },
    'a field too many': { time: 1 },
    'a negative sequence': { sequence: -1 },
    'a network id of another form': { network: 'local' },
    'one address too many': { addresses: [...full, '/ip4/192.0.2.1/tcp/1'] },
    'addresses that are bytes': { addresses: [new Uint8Array(8)] }
  }
  const malformed = [
    ...Object.entries(addresses).map(([what, address]) => ({
      name: `an address ${what}`,
      bytes: toHex(seal({ addresses: [address] }))
    })),
    ...Object.entries(changes).map(([name, change]) => ({ name, bytes: toHex(seal(change)) }))
  ].map((vector) => ({ ...vector, code: 'MESSAGE_MALFORMED' }))
  const other = networkIdOf(new Uint8Array(32).fill(8))
  const foreign = { name: 'another network', bytes: toHex(seal({ network: other })) }
  return [...malformed, { ...foreign, code: 'WRONG_NETWORK' }]
}

function invalidBytes() {
  const bytes = seal({})
  const last = bytes.length - 1
  const payload = encodeCbor(content)
  const refused: readonly (readonly [string, string, Uint8Array])[] = [
    ['nothing', 'MESSAGE_MALFORMED', new Uint8Array()],
    ['a byte missing', 'MESSAGE_MALFORMED', bytes.subarray(0, last)],
    ['a byte too many', 'MESSAGE_MALFORMED', concatBytes([bytes, Uint8Array.of(0)])],
    ['no signature around it', 'MESSAGE_MALFORMED', payload],
    ['another domain', 'MESSAGE_MALFORMED', sealEnvelope(DOMAINS.record, payload, key)],
    [
      'a changed signature',
      'SIGNATURE_INVALID',
      bytes.map((byte, i) => (i === last ? byte ^ 1 : byte))
    ],
    ['too many bytes', 'MESSAGE_TOO_LARGE', new Uint8Array(LIMITS.addressRecordBytesMax + 1)]
  ]
  return refused.map(([name, code, raw]) => ({ name, bytes: toHex(raw), code }))
}

function messages() {
  const own = seal({})
  return {
    protocol: ADDRESSES.id,
    bodies: [
      { name: 'request', bytes: toHex(encodeCbor({ own, from: 0 })) },
      {
        name: 'response, with more to come',
        bytes: toHex(encodeCbor({ own, records: [own], next: 1 }))
      },
      { name: 'response, the last page', bytes: toHex(encodeCbor({ own, records: [] })) }
    ]
  }
}

if (import.meta.main) writeVectors('address-record', addressRecordVectors())
