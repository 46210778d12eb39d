import { toPem } from '../../encoding/pem.ts'
import { writeCarried } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { newPassphrase } from '../passphrase.ts'
import { signElsewhere } from '../request.ts'

/** Label of a certification request (RFC 7468 §7). */
export const CSR = 'CERTIFICATE REQUEST'

/** Makes the key of a new node, and the file by which it asks for a certificate. */
export async function run(context: Context, input: Input): Promise<Report> {
  const { environment, home } = context
  const passphrase = await newPassphrase(environment, input)
  const name = {
    network: input.required('network'),
    member: input.required('member'),
    node: input.required('node')
  }
  const { path, nodeId } = await writeCarried(context, input.required('out'), async () => {
    const { request, nodeId } = await environment.daemonSide.requestCertificate({
      home: home.directory,
      ...name,
      listen: input.texts('listen'),
      ...(passphrase === undefined ? {} : { passphrase })
    })
    return { nodeId, text: toPem(CSR, request) }
  })
  return {
    json: { file: path, nodeId, ...name },
    text: (paint) =>
      done(paint, `asks for a certificate for ${name.member}/${name.node}`, [
        ['file', path],
        ['node id', nodeId],
        ['network', name.network]
      ]),
    quiet: [path],
    nextElsewhere: signElsewhere(path)
  }
}
