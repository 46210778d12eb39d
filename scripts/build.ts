/**
 * Bundles what the package ships: `node scripts/build.ts [--out DIR]`, by default into dist/. The
 * command line and the library become JavaScript that needs no other package; code that only the
 * daemon needs lies in files of its own, which other commands never load.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { plainBuiltins } from './build/builtins.ts'
import { writeDeclarations } from './build/declarations.ts'
import { lazyCiphers } from './build/lazy-ciphers.ts'
import { listBundled, renderNotices } from './build/notices.ts'
import { numberTables } from './build/number-tables.ts'
import { renderSbom } from './build/sbom.ts'

const ROOT = join(import.meta.dirname, '..')

/** Packages in CommonJS ask for modules of Node with `require`, which ES modules do not have. */
const REQUIRE = `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
`

const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'dist') } } })
const out = resolve(values.out)

const { outputFiles, metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: { 'cli/main': 'src/cli/main.ts', index: 'src/index.ts' },
  outdir: out,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  // Node keeps the text of what it has loaded: blanks and comments would be 5 MB of a daemon's
  // memory. Names stay, so that a stack still tells where.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'external',
  plugins: [plainBuiltins, numberTables, lazyCiphers],
  metafile: true,
  write: false,
  logLevel: 'warning'
})

rmSync(out, { recursive: true, force: true })
const notices: string[] = []
let bytes = 0
for (const { path, text } of outputFiles) {
  if (path.endsWith('.LEGAL.txt')) {
    notices.push(text.trim())
    continue
  }
  const code = text.includes('typeof require') ? REQUIRE + text : text
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, code)
  bytes += code.length
}
const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs))
const bundled = listBundled(inputs)
writeFileSync(join(out, 'THIRD-PARTY.txt'), renderNotices(bundled, notices))
writeFileSync(join(out, 'sbom.cdx.json'), renderSbom(ROOT, bundled))
writeDeclarations(ROOT, out)
stdout.write(`${out}: ${outputFiles.length} files, ${Math.round(bytes / 1024)} KiB of code\n`)
