/**
 * Bundles what the package ships: `node scripts/build.ts [--out DIR]`, by default into dist/. The
 * command line and the library become JavaScript that needs no other package; code that only the
 * daemon needs lies in files of its own, which other commands never load.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { bundle, inputsOf, ROOT, withRequire } from './build/bundle.ts'
import { writeDeclarations } from './build/declarations.ts'
import { listBundled, renderNotices } from './build/notices.ts'
import { renderSbom } from './build/sbom.ts'

const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'dist') } } })
const out = resolve(values.out)

const { outputFiles, metafile } = await bundle({
  entryPoints: { 'cli/main': 'src/cli/main.ts', index: 'src/index.ts' },
  outdir: out,
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  legalComments: 'external'
})

rmSync(out, { recursive: true, force: true })
const notices: string[] = []
let bytes = 0
for (const { path, text } of outputFiles) {
  if (path.endsWith('.LEGAL.txt')) {
    notices.push(text.trim())
    continue
  }
  const code = withRequire(text)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, code)
  bytes += code.length
}
const bundled = listBundled(inputsOf(metafile))
writeFileSync(join(out, 'THIRD-PARTY.txt'), renderNotices(bundled, notices))
writeFileSync(join(out, 'sbom.cdx.json'), renderSbom(ROOT, bundled))
writeDeclarations(ROOT, out)
stdout.write(`${out}: ${outputFiles.length} files, ${Math.round(bytes / 1024)} KiB of code\n`)
