import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { filterDhtRequest, filterDhtResponse } from '../../src/overlay/dht-message.ts'

const message = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }).map((rest) => Uint8Array.of(8, 4, ...rest)),
  fc
    .array(fc.tuple(fc.constantFrom(0x08, 0x12, 0x1a, 0x42, 0x4a, 0x50), fc.nat(127)))
    .map((pairs) => Uint8Array.from(pairs.flat()))
)

test('no bytes make the DHT filter throw, and what it lets pass it lets pass again', () => {
  fc.assert(
    fc.property(message, (bytes) => {
      const request = filterDhtRequest(bytes)
      if (request.ok) assert.deepEqual(request.value, bytes)
      const response = filterDhtResponse(bytes, () => true)
      if (!response.ok) return
      assert.ok(response.value.bytes.length <= bytes.length)
      assert.deepEqual(
        filterDhtResponse(response.value.bytes, () => true),
        response
      )
    })
  )
})
