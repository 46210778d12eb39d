import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { execPath } from 'node:process'

/**
 * Writes the declarations of `src/index.ts` and of what they reach to `out`. They import nothing
 * but each other: the types that zod infers are written out, see plain-types.ts.
 */
export function writeDeclarations(root: string, out: string): void {
  const emitted = mkdtempSync(join(tmpdir(), 'peerage-types-'))
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const project = join(root, 'tsconfig.build.json')
    execFileSync(execPath, [tsc, '-p', project, '--outDir', emitted], { stdio: 'inherit' })
    writePlainTypes(emitted)
    copyReachable(join(emitted, 'src'), 'index.d.ts', out)
  } finally {
    rmSync(emitted, { recursive: true })
  }
}

/** Puts the types that were written out where the inferred ones stood. */
function writePlainTypes(emitted: string): void {
  const plain = readFileSync(join(emitted, 'scripts/build/plain-types.d.ts'), 'utf8')
  const control = join(emitted, 'src/control')
  writeFileSync(
    join(control, 'methods/index.d.ts'),
    `/** Parameters and result of every method of the control socket. */
export interface Methods ${typeOf(plain, 'methods')}
export type MethodName = keyof Methods;
/** Parameters as a caller writes them: fields with defaults may be left out. */
export type ParamsOf<Name extends MethodName> = Methods[Name]['params'];
export type ResultOf<Name extends MethodName> = Methods[Name]['result'];
`
  )
  writeFileSync(
    join(control, 'event-schemas.d.ts'),
    `/** What can happen, with the facts that each event carries. */
export interface Events ${typeOf(plain, 'events')}
export type Topic = keyof Events;
export type EventData<Name extends Topic> = Events[Name];
`
  )
  writeFileSync(
    join(control, 'record-changed.d.ts'),
    `/** What a watch of a record tells. */
export interface RecordChanged ${typeOf(plain, 'changed')}
`
  )
}

function typeOf(declarations: string, name: string): string {
  const start = `export declare const ${name}: `
  const begin = declarations.indexOf(start)
  const end = declarations.indexOf('\n};', begin)
  if (begin === -1 || end === -1) throw new Error(`no type of "${name}" was written out`)
  return declarations.slice(begin + start.length, end + 2)
}

function copyReachable(from: string, path: string, out: string, seen = new Set<string>()): void {
  if (seen.has(path)) return
  seen.add(path)
  const text = readFileSync(join(from, path), 'utf8').replaceAll(
    /(^(?:import|export) [^'"\n]+ from |\bimport\()(['"])([^'"]+)\2/gm,
    (_, keyword: string, quote: string, specifier: string) => {
      if (!specifier.startsWith('.')) throw new Error(`${path} needs the types of ${specifier}`)
      const target = join(from, dirname(path), specifier.replace(/\.ts$/, '.d.ts'))
      copyReachable(from, relative(from, target), out, seen)
      return `${keyword}${quote}${specifier.replace(/\.ts$/, '.js')}${quote}`
    }
  )
  mkdirSync(dirname(join(out, path)), { recursive: true })
  writeFileSync(join(out, path), text)
}
