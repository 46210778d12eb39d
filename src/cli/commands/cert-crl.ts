import { parseText, utf8 } from '../../encoding/bytes.ts'
import { toPem } from '../../encoding/pem.ts'
import { PeerageError } from '../../errors.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, type Report } from '../output.ts'
import { createFile } from '../output-file.ts'

/** Writes the revocation list of the network, as outside systems read it. */
export async function run(context: Context, input: Input): Promise<Report> {
  const { crl, authority, revoked, nextUpdate } = await context.call('cert.crl', {})
  const write = (name: string, label: string, text: string): string => {
    const der = parseText(text, 'base64url')
    if (!der.ok) throw new PeerageError('INTERNAL')
    const bytes = input.isSet('der') ? der.value : utf8(toPem(label, der.value))
    const file = createFile(context.environment, name, 0o644)
    file.write(bytes)
    return file.path
  }
  const file = write(input.required('out'), 'X509 CRL', crl)
  const caName = input.text('ca')
  const ca = caName === undefined ? undefined : write(caName, 'CERTIFICATE', authority)
  return {
    json: { file, ...(ca === undefined ? {} : { ca }), revoked, nextUpdate },
    text: (paint) =>
      done(paint, `the revocation list has ${count(revoked, 'certificate')}`, [
        ['file', file],
        ['authority', ca],
        ['next', `before ${nextUpdate}`]
      ]),
    quiet: [file],
    ...(ca === undefined || input.isSet('der')
      ? {}
      : { next: `openssl verify -crl_check -CAfile ${ca} -CRLfile ${file} CERTIFICATE` })
  }
}
