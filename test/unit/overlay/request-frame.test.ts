import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toHex } from '../../../src/encoding/bytes.ts'
import { encodeCbor } from '../../../src/encoding/cbor.ts'
import { ERRORS } from '../../../src/errors.ts'
import { LIMITS } from '../../../src/limits.ts'
import {
  createFrameParser,
  encodeRequestFrame,
  STATUS_OK
} from '../../../src/overlay/request-frame.ts'

describe('request frames', () => {
  test('the example of docs/protocol/requests.md', () => {
    const body = encodeCbor({ ask: 'own' })
    const request = encodeRequestFrame({ id: 5, status: STATUS_OK, body })
    assert.equal(toHex(request), '0d83050049a16361736b636f776e')
    const refusal = { id: 5, status: ERRORS.RATE_LIMITED.number, body: new Uint8Array() }
    assert.equal(toHex(encodeRequestFrame(refusal)), '06830519051e40')
  })

  test('the longest id, status and length fit into the overhead', () => {
    const body = new Uint8Array(LIMITS.responseBytesMax)
    const message = encodeCbor([Number.MAX_SAFE_INTEGER, 0xffff, body])
    assert.ok(message.length - body.length <= LIMITS.frameOverheadBytesMax)
    assert.ok(createFrameParser(body.length)(message).ok)
  })

  for (const [what, message] of [
    ['a fourth item', [0, 0, new Uint8Array(), 0]],
    ['a text as body', [0, 0, '']],
    ['a negative id', [-1, 0, new Uint8Array()]],
    ['a status above 16 bits', [0, 0x10000, new Uint8Array()]],
    ['a body above the bound', [0, 0, new Uint8Array(11)]]
  ] as const) {
    test(`[SR-TC-2] ${what} is MESSAGE_MALFORMED`, () => {
      const parsed = createFrameParser(10)(encodeCbor(message))
      assert.equal(!parsed.ok && parsed.fault, 'MESSAGE_MALFORMED')
    })
  }
})
