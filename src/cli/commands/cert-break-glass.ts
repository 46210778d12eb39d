import { parseText } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
import { writeBreakGlassFile } from '../../trust/break-glass.ts'
import { writeCarried } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'

/** Writes the revocation of this node, for a safe place. */
export async function run(context: Context, input: Input): Promise<Report> {
  const { path, nodeId, node, member } = await writeCarried(
    context,
    input.required('out'),
    async () => {
      const { statement, ...about } = await context.call('cert.breakglass', {})
      const bytes = parseText(statement, 'base64url')
      if (!bytes.ok) throw new PeerageError('INTERNAL')
      return { ...about, text: writeBreakGlassFile(bytes.value) }
    }
  )
  return {
    json: { file: path, nodeId, node, member },
    text: (paint) =>
      done(paint, `whoever has this file can revoke ${member}/${node}`, [
        ['file', path],
        ['node id', nodeId],
        ['use', `peerage trust import ${path}, on any other node`]
      ]),
    quiet: [path]
  }
}
