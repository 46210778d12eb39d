import { softwareVersion } from '../../daemon/version.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import type { Report } from '../output.ts'

export async function run(_context: Context, _input: Input): Promise<Report> {
  const version = softwareVersion()
  return {
    json: { name: 'peerage', version, node: process.versions.node },
    text: () => [`peerage ${version} (Node.js ${process.versions.node})`],
    quiet: [version]
  }
}
