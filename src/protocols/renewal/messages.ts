import * as z from 'zod'
import { bytesUpTo } from '../../encoding/schema.ts'
import { LIMITS } from '../../limits.ts'
import type { Protocol } from '../../overlay/protocol.ts'

const certificate = bytesUpTo(LIMITS.certificateBytesMax)

/** "This is the certificate that I have." Who asks is proved by the channel. */
const requestSchema = z.strictObject({ certificate })

const responseSchema = z.strictObject({
  certificate,
  /** Where to come with a certificate that has ended meanwhile, as text with `/p2p/`. */
  frontDesk: z.array(z.string().max(LIMITS.addressBytesMax)).max(LIMITS.addressesPerPeerMax)
})

export type RenewalRequest = z.infer<typeof requestSchema>
export type RenewalResponse = z.infer<typeof responseSchema>

/** Renewal of node certificates, served by nodes that hold the authority key. */
export const RENEWAL: Protocol<RenewalRequest, RenewalResponse> = {
  id: '/peerage/renewal/1.0.0',
  request: requestSchema,
  response: responseSchema,
  requestBytesMax: LIMITS.certificateBytesMax + 128,
  responseBytesMax:
    LIMITS.certificateBytesMax + LIMITS.addressesPerPeerMax * (LIMITS.addressBytesMax + 4) + 128,
  deadlineMs: LIMITS.requestMs
}

/** Whether the one who is told uses it from now on; not, where its trust log is behind. */
const shownSchema = z.strictObject({ taken: z.boolean() })

export type CertificateShown = z.infer<typeof shownSchema>

/** Shows a renewed certificate on a connection that was opened under the one before. */
export const CERTIFICATE: Protocol<RenewalRequest, CertificateShown> = {
  id: '/peerage/certificate/1.0.0',
  request: requestSchema,
  response: shownSchema,
  requestBytesMax: LIMITS.certificateBytesMax + 128,
  responseBytesMax: 64,
  deadlineMs: LIMITS.requestMs
}
