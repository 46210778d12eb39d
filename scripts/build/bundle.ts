import { join } from 'node:path'
import { type BuildOptions, type BuildResult, build } from 'esbuild'
import { plainBuiltins } from './builtins.ts'
import { lazyCiphers } from './lazy-ciphers.ts'
import { numberTables } from './number-tables.ts'
import { plainOrder } from './plain-order.ts'

export const ROOT = join(import.meta.dirname, '../..')

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm' as const,
  platform: 'node' as const,
  target: 'node24',
  mainFields: ['module', 'main'],
  // Node keeps the text of what it has loaded: blanks and comments would be 5 MB of a daemon's
  // memory. Names stay, so that a stack still tells where.
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [plainBuiltins, numberTables, lazyCiphers, plainOrder],
  metafile: true as const,
  write: false as const,
  logLevel: 'warning' as const
} satisfies BuildOptions

type Bundle = BuildResult<{ metafile: true; write: false }>

/** Everything that the program needs but Node itself, as ES modules in memory. */
export async function bundle(options: BuildOptions): Promise<Bundle> {
  return await build({ ...options, ...COMMON })
}

/** Packages in CommonJS ask for modules of Node with `require`, which ES modules do not have. */
const REQUIRE = `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
`

export function withRequire(text: string): string {
  return text.includes('typeof require') ? REQUIRE + text : text
}

/** The paths of all files that went in. */
export function inputsOf({ outputs }: Bundle['metafile']): readonly string[] {
  return Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))
}
