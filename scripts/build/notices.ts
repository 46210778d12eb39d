import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A package whose code is in the bundle. */
export interface Bundled {
  /** Below the root of the clone, as the lockfile names it. */
  readonly directory: string
  readonly name: string
  readonly version: string
  readonly license: string
  readonly texts: readonly string[]
}

/** From the paths of the files that went in. Throws for a package without a license. */
export function listBundled(inputs: readonly string[]): readonly Bundled[] {
  const files = inputs.filter((path) => !path.startsWith('builtin:'))
  const directories = new Set(files.flatMap((path) => packageDirectory(path) ?? []))
  return [...directories].map(readBundled).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Names, versions and license texts of what was bundled, and the notices in its files. */
export function renderNotices(packages: readonly Bundled[], inFiles: readonly string[]): string {
  const list = packages.map(({ name, version, license }) => `${name} ${version} (${license})`)
  const texts = packages.map(({ name, version, texts }) =>
    [`${name} ${version}`, ...texts].join('\n\n')
  )
  const rule = `\n\n${'-'.repeat(80)}\n\n`
  return `${[
    `The files of this directory contain these packages:\n\n${list.join('\n')}`,
    ...texts,
    `Notices within their files:\n\n${[...new Set(inFiles)].join('\n')}`
  ].join(rule)}\n`
}

/** The innermost package that holds the file. */
function packageDirectory(path: string): string | undefined {
  return path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/)?.[0]
}

function readBundled(directory: string): Bundled {
  const manifest: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const { name, version, license } = manifest as Record<string, unknown>
  if (typeof license !== 'string') throw new Error(`${directory} names no license`)
  const texts = readdirSync(directory)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(join(directory, file), 'utf8').trim())
  return { directory, name: String(name), version: String(version), license, texts }
}
