import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import type { Report } from '../output.ts'
import { writeProof } from '../write-proof.ts'

/** Writes the proof that an authority key has signed two histories, for anybody to verify. */
export async function run(context: Context, input: Input): Promise<Report> {
  const key = input.text('key')
  return await writeProof(context, input, () =>
    context.call('trust.evidence', key === undefined ? {} : { key })
  )
}
