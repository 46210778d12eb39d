import type * as z from 'zod'
import type { Verdict } from '../encoding/verdict.ts'
import type { CertifiedPeer } from './certified-peers.ts'

/** One peer-to-peer protocol as data: what may be said, how long, and how large. */
export interface Protocol<Req, Res> {
  /** `/peerage/<name>/1.0.0` */
  readonly id: string
  readonly request: z.ZodType<Req>
  readonly response: z.ZodType<Res>
  readonly requestBytesMax: number
  readonly responseBytesMax: number
  readonly deadlineMs: number
  /** Brings what other requests wait for (missing-news.ts), and is served meanwhile. */
  readonly bringsNews?: true
}

/**
 * Answers one request of an admitted peer. A refusal travels to the peer as the number of its
 * code. Anything thrown is a fault of this node: the peer sees `INTERNAL`, the log the rest.
 */
export type Handler<Req, Res> = (
  request: Req,
  peer: CertifiedPeer,
  call: { readonly signal: AbortSignal }
) => Promise<Verdict<Res>>
