import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { alignedFacts, type Report } from '../output.ts'
import { createFile } from '../output-file.ts'
import { usageError } from '../usage-error.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const node = input.optionalArgument('node')
  const certificate = await context.call('cert.show', node === undefined ? {} : { node })
  const { pem, revoked } = certificate
  const file = writePem(context, input.text('out'), pem)
  return {
    json: file === undefined ? certificate : { ...certificate, file },
    text: (paint) => [
      `certificate of ${paint('strong', certificate.node)} of ${certificate.member}: ${certificate.state}`,
      ...alignedFacts([
        ['serial', certificate.serial],
        ['node id', certificate.nodeId],
        ['valid', `${certificate.notBefore ?? '…'} to ${certificate.notAfter}`],
        ['issuer', certificate.issuer],
        ['enrolled', `${certificate.enrolledAt} by ${certificate.method}`],
        ['revoked', revoked === undefined ? undefined : `${revoked.time} ${revoked.reason}`],
        ['file', file]
      ])
    ],
    quiet: [pem ?? certificate.serial],
    ...(pem === undefined || file !== undefined
      ? {}
      : { next: 'peerage cert show --out FILE, then: openssl x509 -text -in FILE' })
  }
}

function writePem(
  context: Context,
  out: string | undefined,
  pem: string | undefined
): string | undefined {
  if (out === undefined) return undefined
  if (pem === undefined) {
    throw usageError('this node does not have that certificate itself', 'Ask on the node it is for')
  }
  const file = createFile(context.environment, out, 0o644)
  file.write(new TextEncoder().encode(pem))
  return file.path
}
