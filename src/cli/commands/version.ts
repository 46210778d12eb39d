import { readFileSync } from 'node:fs'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import type { Report } from '../output.ts'

export async function run(_context: Context, _input: Input): Promise<Report> {
  const version = packageVersion()
  return {
    json: { name: 'peerage', version, node: process.versions.node },
    text: () => [`peerage ${version} (Node.js ${process.versions.node})`],
    quiet: [version]
  }
}

/** Both src/cli/commands/ and, in the built package, dist/cli/ lie below the package. */
function packageVersion(): string {
  for (let directory = new URL('../', import.meta.url); ; directory = new URL('../', directory)) {
    const file = new URL('package.json', directory)
    const found = readPackage(file)
    if (found !== undefined) return found
    if (directory.pathname === '/') throw new Error('the package has lost its package.json')
  }
}

function readPackage(file: URL): string | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof parsed !== 'object' || parsed === null) return undefined
    if (!('name' in parsed) || parsed.name !== 'peerage' || !('version' in parsed)) return undefined
    return String(parsed.version)
  } catch {
    // Not in this directory: the caller looks one higher.
    return undefined
  }
}
