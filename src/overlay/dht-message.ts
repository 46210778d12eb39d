import { concatBytes, toBase58 } from '../encoding/bytes.ts'
import { decodeVarint } from '../encoding/varint.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NodeId, parseNodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'

/*
 * Just enough of the kad-dht protobuf (libp2p specs, kad-dht §RPC messages) to decide which
 * messages may reach the library, before it decodes them.
 */
const FIELD = { type: 1, key: 2, record: 3, closer: 8, providers: 9, cluster: 10 } as const
const ROUTING_FIELDS: readonly number[] = [FIELD.type, FIELD.key, FIELD.cluster]
const PEER_FIELD = { id: 1, address: 2 } as const
/** PUT_VALUE 0, GET_VALUE 1, ADD_PROVIDER 2 and GET_PROVIDERS 3 are closed: records have their own protocol. */
const OPEN_TYPES: readonly number[] = [4 /* FIND_NODE */, 5 /* PING */]

const WIRE_VARINT = 0
const WIRE_BYTES = 2

interface Field {
  readonly number: number
  /** Tag, length and content. */
  readonly bytes: Uint8Array
  /** Of a varint field; 0 otherwise. */
  readonly value: number
  /** Of a length-delimited field; empty otherwise. */
  readonly content: Uint8Array
}

/** A response as the library may read it. */
export interface DhtResponse {
  readonly bytes: Uint8Array
  /** Whether it named anybody who is no member; they are left out. */
  readonly namesStrangers: boolean
}

export type DhtFault = 'MESSAGE_MALFORMED' | 'MESSAGE_TOO_LARGE' | 'PROTOCOL_UNSUPPORTED'

/**
 * Lets a request pass that asks for routing and nothing else, unchanged.
 *
 * Faults: `PROTOCOL_UNSUPPORTED` for a closed type, `MESSAGE_MALFORMED` for any other field than
 * type, key and cluster level, `MESSAGE_TOO_LARGE` for a key above `LIMITS.dhtKeyBytesMax`.
 */
export function filterDhtRequest(message: Uint8Array): Verdict<Uint8Array, DhtFault> {
  const fields = openFields(message)
  if (!fields.ok) return fields
  for (const { number, content } of fields.value) {
    if (!ROUTING_FIELDS.includes(number)) {
      return refuse('MESSAGE_MALFORMED', { field: number })
    }
    if (content.length > LIMITS.dhtKeyBytesMax)
      return refuse('MESSAGE_TOO_LARGE', { field: number })
  }
  return accept(message)
}

/**
 * Takes from a response what routing needs: peers that are members. Everything else in it, records
 * and providers included, does not reach the library (SR-ADM-3).
 *
 * Faults: `PROTOCOL_UNSUPPORTED`, `MESSAGE_MALFORMED`, and `MESSAGE_TOO_LARGE` for more than twice
 * as many peers as were asked for.
 */
export function filterDhtResponse(
  message: Uint8Array,
  isMember: (nodeId: NodeId) => boolean
): Verdict<DhtResponse, DhtFault> {
  const fields = openFields(message)
  if (!fields.ok) return fields
  const closer = fields.value.filter(({ number }) => number === FIELD.closer)
  if (closer.length > 2 * LIMITS.replication) return refuse('MESSAGE_TOO_LARGE', { field: 8 })
  const members = closer.filter(({ content }) => isPeerInfoOfMember(content, isMember))
  const kept = fields.value.filter(
    (field) => ROUTING_FIELDS.includes(field.number) || members.includes(field)
  )
  return accept({
    bytes: concatBytes(kept.map(({ bytes }) => bytes)),
    namesStrangers: members.length < closer.length
  })
}

/** The fields of a message of an open type. */
function openFields(message: Uint8Array): Verdict<readonly Field[], DhtFault> {
  const fields = parseFields(message)
  if (fields === undefined) return refuse('MESSAGE_MALFORMED')
  const types = fields.filter(({ number }) => number === FIELD.type)
  const [type] = types
  // A decoder believes the last of several, and takes a missing one for 0, which is PUT_VALUE.
  if (types.length > 1) return refuse('MESSAGE_MALFORMED', { field: 1 })
  if (type === undefined || type.content.length > 0 || !OPEN_TYPES.includes(type.value)) {
    return refuse('PROTOCOL_UNSUPPORTED', { type: type?.value ?? 0 })
  }
  return accept(fields)
}

function isPeerInfoOfMember(info: Uint8Array, isMember: (nodeId: NodeId) => boolean): boolean {
  const fields = parseFields(info)
  if (fields === undefined) return false
  const ids = fields.filter(({ number }) => number === PEER_FIELD.id)
  const addresses = fields.filter(({ number }) => number === PEER_FIELD.address)
  const [id] = ids
  if (id === undefined || ids.length > 1 || addresses.length > LIMITS.addressesPerPeerMax) {
    return false
  }
  // Base58 is quadratic: a content longer than any node id is not encoded.
  if (id.content.length > LIMITS.dhtKeyBytesMax) return false
  const nodeId = parseNodeId(toBase58(id.content))
  return nodeId.ok && isMember(nodeId.value)
}

function parseFields(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = []
  let offset = 0
  while (offset < bytes.length) {
    const tag = decodeVarint(bytes, offset)
    if (typeof tag === 'string') return undefined
    const wire = tag.value & 7
    const first = decodeVarint(bytes, offset + tag.length)
    if (typeof first === 'string' || (wire !== WIRE_VARINT && wire !== WIRE_BYTES)) return undefined
    const start = offset + tag.length + first.length
    const end = wire === WIRE_BYTES ? start + first.value : start
    if (end > bytes.length) return undefined
    fields.push({
      number: tag.value >>> 3,
      bytes: bytes.subarray(offset, end),
      value: wire === WIRE_VARINT ? first.value : 0,
      content: bytes.subarray(start, end)
    })
    offset = end
  }
  return fields
}
