import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bundled } from './notices.ts'

/**
 * What was bundled, as a CycloneDX 1.5 document: every package with its version, its license and the
 * digest of the archive that `npm ci` has checked. `npm sbom` would list none of them, as the package
 * has no dependencies any more. The same sources give the same bytes: there is no time and no random
 * number in it. Throws for a package without integrity in the lockfile.
 */
export function renderSbom(root: string, bundled: readonly Bundled[]): string {
  const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'))
  const { name, version, license } = read('package.json')
  const locked: Readonly<Record<string, { integrity?: string }>> =
    read('package-lock.json').packages
  const components = bundled.map((each) => {
    const [algorithm, digest] = (locked[each.directory]?.integrity ?? '').split('-')
    if (algorithm !== 'sha512' || digest === undefined) {
      throw new Error(`${each.directory} has no sha512 in the lockfile`)
    }
    const content = Buffer.from(digest, 'base64').toString('hex')
    return { ...describe(each), scope: 'required', hashes: [{ alg: 'SHA-512', content }] }
  })
  const metadata = { component: { ...describe({ name, version, license }), type: 'application' } }
  const document = { bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, metadata, components }
  return `${JSON.stringify(document, null, 2)}\n`
}

function describe({ name, version, license }: Pick<Bundled, 'name' | 'version' | 'license'>) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  return {
    ...{ type: 'library', 'bom-ref': purl, name, version, purl },
    licenses: [{ expression: license.replace(/^\((.*)\)$/, '$1') }]
  }
}
