import { utf8 } from '../encoding/bytes.ts'
import type { Context } from './context.ts'
import type { Input } from './input.ts'
import { done, type Report } from './output.ts'
import { createFile } from './output-file.ts'

interface Proof {
  readonly network: string
}

/**
 * Asks for a proof and writes it to the new file `--out`; nothing is left of it when that fails.
 * `command` is what verifies it.
 */
export async function writeProof(
  context: Context,
  input: Input,
  ask: () => Promise<Proof>,
  command = 'trust verify'
): Promise<Report> {
  const file = createFile(context.environment, input.required('out'), 0o644)
  try {
    const proof = await ask()
    file.write(utf8(`${JSON.stringify(proof)}\n`))
    return {
      json: { file: file.path, network: proof.network },
      text: (paint) => done(paint, 'the proof is exported', [['file', file.path]]),
      quiet: [file.path],
      next: `peerage ${command} ${file.path} --network ${proof.network}`
    }
  } catch (error) {
    file.discard()
    throw error
  }
}
