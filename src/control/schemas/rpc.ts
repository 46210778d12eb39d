import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { text } from '../forms.ts'

export const noParams = z.strictObject({})

export const rpcVersionResult = z.object({ name: z.string(), version: z.string() })
export const rpcPingResult = z.object({ pong: z.literal(true) })
/** Before it is read the token is nothing but text: its own faults are the answer. */
export const rpcAuthenticateParams = z.strictObject({ token: text(LIMITS.tokenBytesMax) })
export const rpcAuthenticateResult = z.object({
  id: z.string(),
  methods: z.array(z.string()).describe('What this connection may call from now on')
})
/** An OpenRPC document; its own specification describes it. */
export const rpcDiscoverResult = z.looseObject({ openrpc: z.string() })
