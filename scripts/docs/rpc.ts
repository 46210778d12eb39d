import {
  eventData,
  eventNotification,
  laggedNotification
} from '../../src/control/event-schemas.ts'
import type { AnyMethod } from '../../src/control/method.ts'
import { methods } from '../../src/control/methods/index.ts'
import { jsonSchema, type OpenRpcMethod, openRpcOf } from '../../src/control/openrpc.ts'
import { recordChangedNotification } from '../../src/control/schemas.ts'
import { ERRORS } from '../../src/errors.ts'
import { LIMITS } from '../../src/limits.ts'
import { renderBounds, renderShape } from './shape.ts'
import { table } from './table.ts'

/** The reference of the control socket as Markdown, made from the definitions that it serves. */
export function renderRpc(): string {
  const definitions: readonly AnyMethod[] = methods
  const described = openRpcOf(definitions, '')
  return `${[
    '# Control socket',
    'Made by `npm run docs` from `src/control/`.',
    INTRODUCTION,
    '## Limits',
    limits(),
    '## Errors',
    ERROR_TEXT,
    standardErrors(),
    '## Methods',
    overview(described.methods),
    ...described.methods.flatMap((method, index) => section(method, definitions[index])),
    '## Notifications',
    'After `events.subscribe` the node sends:',
    `### events.event\n\n${code(renderShape(jsonSchema(eventNotification)))}`,
    'A client continues where it stopped with the last `cursor` as `since`. The data of each topic:',
    topics(),
    `### events.lagged\n\nThe subscriber was too slow and lost events; the node ends the connection after this.\n\n${code(renderShape(jsonSchema(laggedNotification)))}`,
    `### record.changed\n\nAfter \`record.watch\`, for each newer version. A watch that is resumed with the last \`cursor\` as \`since\` is told at once of a change that it missed.\n\n${code(renderShape(jsonSchema(recordChangedNotification)))}`
  ].join('\n\n')}\n`
}

const INTRODUCTION = `JSON-RPC 2.0 in UTF-8 over a Unix socket in the home directory: one request, notification or batch in a line, one answer in a line.

| socket | mode | offers |
| --- | --- | --- |
| \`control.sock\` | 0600 | every method |
| \`observe.sock\` | 0600; 0660 where the setting \`observe_socket\` places it | the methods marked *observe* |
| \`delegate_socket\` | 0660, only where the setting places it | every method, to a connection that has shown a token |

\`\`\`console
$ peerage rpc node.status
$ echo '{"jsonrpc":"2.0","id":1,"method":"node.status"}' | nc -U -N ~/.peerage/control.sock
\`\`\`

- Parameters are given by name or by position, in the order of the tables. An unknown parameter is refused.
- A result is always an object. A client ignores members that it does not know.
- Bytes are base64url without padding, hashes \`sha256:\` and hex digits, times RFC 3339 in UTC with milliseconds, durations whole milliseconds with a name that ends in \`Ms\`.
- A list is \`{ items, nextCursor }\`; give \`nextCursor\` as \`cursor\` for the next page, until it is null.
- A node is named by its id, by \`member/node\`, or by its node name where only one member has such a node.
- A call that changes something takes an \`idempotencyKey\` where its repetition would do more than the first time. The same key with the same parameters runs once and gives the first result again, also to another connection; with other parameters it is refused with \`IDEMPOTENCY_CONFLICT\`. Such a call goes on when its caller goes away. A call that failed is forgotten; keys last [\`idempotencyMs\`](limits.md), at most until the node stops.
- A token (\`token.create\`) narrows what a socket grants: \`rpc.authenticate\` shows it, and from then on the connection may call what both the socket and the token allow. Several tokens narrow further; none widens, and none allows the methods of tokens. Whoever holds a token can make a narrower one alone (\`peerage token restrict\`): its restrictions are chained by HMAC, as in macaroons. Each call, and each event, is judged again, so a token that ends or is revoked ends the rights of open connections.
- A batch is worked on in order. Requests of several lines are worked on at once and may be answered in another order.
- Nesting, repeated members, \`__proto__\`, malformed UTF-8, fractions as id and unknown members of the envelope are refused.`

const ERROR_TEXT =
  'An error of the node has a positive number and always `data: { code, layer, hint, retryable }`, with further facts beside them; see [errors](errors.md). The numbers that JSON-RPC reserves are used for nothing else:'

const BOUNDS = [
  'rpcFrameBytesMax',
  'rpcDepthMax',
  'rpcBatchMax',
  'rpcBatchAnswerBytesMax',
  'rpcIdLengthMax',
  'rpcConnectionsMax',
  'rpcInFlightPerConnectionMax',
  'rpcBacklogBytesMax',
  'rpcStallMs',
  'rpcHalfRequestIdleMs',
  'subscriptionsPerConnectionMax',
  'eventBacklogMax'
] as const

function limits(): string {
  return table(
    ['limit', 'value'],
    BOUNDS.map((name) => [`[\`${name}\`](limits.md)`, String(LIMITS[name])])
  )
}

function standardErrors(): string {
  return table(
    ['number', '`data.code`', 'when'],
    [
      ['-32700', '`REQUEST_MALFORMED`', 'the line is not strict JSON; `data.reason` says why'],
      ['-32600', '`REQUEST_MALFORMED`', 'the JSON is not a request; `data.reason` says why'],
      ['-32601', '`METHOD_UNKNOWN`', ERRORS.METHOD_UNKNOWN.text],
      ['-32602', '`INVALID_ARGUMENT`', '`data.issues` lists `{ path, message }`'],
      ['-32603', '`INTERNAL`', 'a fault of the node; `data.incident` is in its log']
    ]
  )
}

function overview(described: readonly OpenRpcMethod[]): string {
  return table(
    ['method', 'socket', ''],
    described.map((method) => [
      `[\`${method.name}\`](#${method.name.replace('.', '')})`,
      method['x-access'],
      method.summary
    ])
  )
}

function section(described: OpenRpcMethod, method: AnyMethod | undefined): string[] {
  const [example] = described.examples
  const request = {
    jsonrpc: '2.0',
    id: 1,
    method: described.name,
    params: Object.fromEntries(example?.params.map(({ name, value }) => [name, value]) ?? [])
  }
  const errors = method?.errors ?? []
  return [
    `### ${described.name}`,
    described.summary,
    ...(described.params.length === 0 ? [] : [parameters(described)]),
    `Result:\n\n${code(renderShape(described.result.schema))}`,
    ...(errors.length === 0 ? [] : [`Errors: ${errors.map((c) => `\`${c}\``).join(', ')}.`]),
    `Example:\n\n${code(`${JSON.stringify(request)}\n${JSON.stringify(example?.result.value)}`, 'json')}`
  ]
}

function parameters({ params }: OpenRpcMethod): string {
  return table(
    ['parameter', 'type', 'required', ''],
    params.map(({ name, schema, required, description = '' }) => [
      `\`${name}\``,
      `\`${renderShape(schema)}\``,
      required === true ? 'yes' : 'no',
      [description, renderBounds(schema)].filter((text) => text !== '').join('; ')
    ])
  )
}

function topics(): string {
  return table(
    ['topic', 'data'],
    Object.entries(eventData).map(([topic, schema]) => [
      `\`${topic}\``,
      `\`${renderShape(jsonSchema(schema)).replace(/\{\s+/, '{ ').replace(/\n\}/, ' }').replace(/\n\s+/g, ', ')}\``
    ])
  )
}

function code(text: string, language = 'ts'): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}
