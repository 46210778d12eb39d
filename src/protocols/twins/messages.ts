import * as z from 'zod'
import { bytesUpTo } from '../../encoding/schema.ts'
import { LIMITS } from '../../limits.ts'
import type { Protocol } from '../../overlay/protocol.ts'

const statement = bytesUpTo(LIMITS.signOfLifeBytesMax)

/** Three signs of life that together prove two processes with one key. */
const requestSchema = z.strictObject({ proof: z.tuple([statement, statement, statement]) })

const responseSchema = z.strictObject({})

export type TwinsRequest = z.infer<typeof requestSchema>
export type TwinsResponse = z.infer<typeof responseSchema>

/** Passes the proof on that the key of a node is in use at two places. */
export const TWINS: Protocol<TwinsRequest, TwinsResponse> = {
  id: '/peerage/twins/1.0.0',
  request: requestSchema,
  response: responseSchema,
  requestBytesMax: 3 * LIMITS.signOfLifeBytesMax + 64,
  responseBytesMax: 64,
  deadlineMs: LIMITS.requestMs
}
