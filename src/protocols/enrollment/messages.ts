import * as z from 'zod'
import { bytesOf, bytesUpTo, unsigned } from '../../encoding/schema.ts'
import { INVITE_SECRET_BYTES, inviteIdSchema } from '../../identity/invite.ts'
import { LIMITS } from '../../limits.ts'

const checkpoint = bytesUpTo(LIMITS.checkpointBytesMax)
const certificate = bytesUpTo(LIMITS.certificateBytesMax)

/** What a joiner may ask: first to be enrolled, or to be renewed late; then for the entries of the trust log in order. */
export const enrollmentRequestSchema = z.discriminatedUnion('ask', [
  z.strictObject({
    version: z.literal(1),
    ask: z.literal('enroll'),
    invite: inviteIdSchema,
    secret: bytesOf(INVITE_SECRET_BYTES)
  }),
  /** A node that is enrolled, with a certificate that has ended and `size` entries of the log. */
  z.strictObject({ version: z.literal(1), ask: z.literal('renew'), certificate, size: unsigned }),
  /** Entries from `from` on; the answer holds as many as fit. */
  z.strictObject({ version: z.literal(1), ask: z.literal('entries'), from: unsigned })
])

export type EnrollmentRequest = z.infer<typeof enrollmentRequestSchema>

/** A refusal carries the number of its code and nothing else. */
export const refusedSchema = z.strictObject({ status: unsigned.min(1) })

export const enrolledSchema = z.strictObject({
  status: z.literal(0),
  /** Of who asked, for the key that its connection proved. */
  certificate,
  /** Of the authority, for other X.509 software; Peerage itself trusts the key in the log. */
  authority: certificate,
  /** The checkpoint of size 1, and the newest. */
  genesis: checkpoint,
  checkpoint,
  /** Where the overlay of the authority's node listens, as text with `/p2p/`. */
  addresses: z.array(z.string().max(LIMITS.addressBytesMax)).max(LIMITS.addressesPerPeerMax)
})

export type Enrolled = z.infer<typeof enrolledSchema>

export const entriesSchema = z.strictObject({
  status: z.literal(0),
  entries: z.array(bytesUpTo(LIMITS.trustEntryBytesMax)).min(1).max(LIMITS.syncEntriesMax),
  /** That the log as it is after these entries is a prefix of the one under the checkpoint. */
  proof: z.array(bytesOf(32)).max(LIMITS.proofHashesMax)
})

export type Entries = z.infer<typeof entriesSchema>
