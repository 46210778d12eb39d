/**
 * Makes one executable of the program and the Node.js that runs this: `npm run build:sea`, by default
 * into sea/. It needs neither Node.js nor npm where it is copied to. What is compiled comes with it, so
 * that a start compiles nothing. Node.js 26 or newer: `--build-sea`.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { bundle, inputsOf, ROOT, withRequire } from './build/bundle.ts'
import { listBundled, renderNotices } from './build/notices.ts'
import { renderSbom } from './build/sbom.ts'

const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'sea') } } })
const out = resolve(values.out)
const work = mkdtempSync(join(tmpdir(), 'peerage-sea-'))

try {
  const { outputFiles, metafile } = await bundle({
    entryPoints: ['src/cli/main.ts'],
    outfile: join(work, 'main.mjs'),
    legalComments: 'external'
  })
  const textOf = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? ''
  writeFileSync(join(work, 'main.mjs'), withRequire(textOf('main.mjs')))
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out)
  const config = {
    ...{ main: join(work, 'main.mjs'), mainFormat: 'module', output: join(out, 'peerage') },
    ...{ useCodeCache: true, disableExperimentalSEAWarning: true }
  }
  writeFileSync(join(work, 'sea.json'), JSON.stringify(config))
  execFileSync(process.execPath, [`--build-sea=${join(work, 'sea.json')}`], { stdio: 'pipe' })
  const bundled = listBundled(inputsOf(metafile))
  const notices = [`Node.js ${process.version}: https://github.com/nodejs/node/blob/main/LICENSE`]
  const texts = renderNotices(bundled, [...notices, textOf('.LEGAL.txt').trim()])
  writeFileSync(join(out, 'THIRD-PARTY.txt'), texts)
  writeFileSync(join(out, 'sbom.cdx.json'), renderSbom(ROOT, bundled))
  const mib = Math.round(statSync(config.output).size / 1024 ** 2)
  stdout.write(`${config.output}: ${mib} MiB, Node.js ${process.version}\n`)
} finally {
  rmSync(work, { recursive: true })
}
