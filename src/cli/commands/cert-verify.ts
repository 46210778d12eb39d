import { toBase64url } from '../../encoding/bytes.ts'
import { EXIT } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { readInput } from '../input-file.ts'
import { alignedFacts, done, printable, type Report } from '../output.ts'

const PEM = '-----BEGIN'

export async function run(context: Context, input: Input): Promise<Report> {
  const name = input.argument('file')
  const bytes = await readInput(context.environment, name, LIMITS.verifyInputLengthMax / 2)
  const text = Buffer.from(bytes).toString('latin1')
  const verdict = await context.call(
    'cert.verify',
    text.includes(PEM) ? { pem: text } : { certificate: toBase64url(bytes) }
  )
  const { valid, fault, certificate } = verdict
  const facts: (readonly [string, string | undefined])[] =
    certificate === undefined
      ? []
      : [
          ['serial', certificate.serial],
          ['node', `${printable(certificate.node)} of ${printable(certificate.member)}`],
          ['node id', certificate.nodeId],
          ['network', certificate.network],
          ['valid', `${certificate.notBefore} to ${certificate.notAfter}`]
        ]
  return {
    json: verdict,
    text: (paint) =>
      valid
        ? done(paint, 'this node would admit the owner of its key', facts)
        : [
            `${paint('bad', '✖')} ${paint('strong', fault?.code ?? '')}  ${fault?.text ?? ''}`,
            ...alignedFacts(facts),
            `  ${paint('strong', 'fix:')} ${fault?.hint ?? ''}`
          ],
    quiet: [valid ? 'valid' : (fault?.code ?? 'invalid')],
    exit: valid ? EXIT.ok : EXIT.verification
  }
}
