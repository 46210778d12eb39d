import { utf8 } from '../../encoding/bytes.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { createFile } from '../output-file.ts'
import { usageError } from '../usage-error.ts'

/** Writes the proof of one entry; `trust verify` checks it on any machine. */
export async function run(context: Context, input: Input): Promise<Report> {
  const text = input.optionalArgument('entry')
  const index = text === undefined ? undefined : Number(text)
  if (index !== undefined && !Number.isSafeInteger(index)) throw usageError('ENTRY is a number')
  const file = createFile(context.environment, input.required('out'), 0o644)
  try {
    const proof = await context.call('trust.export', index === undefined ? {} : { index })
    file.write(utf8(`${JSON.stringify(proof)}\n`))
    return {
      json: { file: file.path, network: proof.network },
      text: (paint) => done(paint, 'the proof is exported', [['file', file.path]]),
      quiet: [file.path],
      next: `peerage trust verify ${file.path} --network ${proof.network}`
    }
  } catch (error) {
    file.discard()
    throw error
  }
}
