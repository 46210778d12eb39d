import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, test } from 'node:test'

const ROOT = join(import.meta.dirname, '..')

/** Rooms by layer (DESIGN §4). A file imports its own or a lower layer, never a higher one. */
const LAYERS: readonly (readonly string[])[] = [
  ['errors.ts', 'errors', 'limits.ts', 'limits', 'log.ts', 'time', 'encoding', 'crypto'],
  ['identity'],
  ['trust', 'records', 'reputation', 'policy'],
  ['storage'],
  ['overlay'],
  ['protocols'],
  ['config'],
  ['control'],
  ['daemon', 'index.ts'],
  ['cli', 'testnet']
]
/** In these layers one room (or protocol) knows nothing of its neighbors. */
const NO_SIBLINGS = [2, 5]

const LINES_MAX = 400
const BANNED_ROOMS = /(^|\/)(utils?|helpers?|common|lib|managers?)(\/|\.ts$)/

interface Source {
  /** Path below src/, with forward slashes. */
  readonly path: string
  readonly text: string
  /** Text without comments, so that prose may name what code may not use. */
  readonly code: string
  readonly imports: readonly string[]
}

const sources: readonly Source[] = globSync('**/*.ts', { cwd: join(ROOT, 'src') }).map((path) => {
  const text = readFileSync(join(ROOT, 'src', path), 'utf8')
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1')
  const imports = [...code.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((m) => m[1] ?? '')
  return { path: path.replaceAll('\\', '/'), text, code, imports }
})

function room(path: string): string {
  return path.split('/')[0] ?? ''
}

function layerOf(path: string): number {
  const layer = LAYERS.findIndex((rooms) => rooms.includes(room(path)))
  assert.notEqual(layer, -1, `${path} is in no layer: name its room in test/tidy.test.ts`)
  return layer
}

function targets(source: Source): string[] {
  return source.imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => normalize(join(dirname(source.path), specifier)).replaceAll('\\', '/'))
    .filter((target) => !target.startsWith('..'))
}

/** The unit that must not know its neighbors: a room, or one protocol folder. */
function unit(path: string): string {
  return room(path) === 'protocols' ? path.split('/').slice(0, 2).join('/') : room(path)
}

function offenders(find: (source: Source) => string[]): string[] {
  return sources.flatMap((source) => find(source).map((what) => `src/${source.path}: ${what}`))
}

function uses(pattern: RegExp, allowed: RegExp): string[] {
  return offenders((source) =>
    allowed.test(source.path) ? [] : [...source.code.matchAll(pattern)].map((m) => m[0].trim())
  )
}

describe('the layout of src/', () => {
  test('there is something to look at', () => {
    assert.ok(sources.length > 20)
  })

  test('a file imports its own or a lower layer, never a higher one', () => {
    const wrong = offenders((source) =>
      targets(source).filter((target) => layerOf(target) > layerOf(source.path))
    )
    assert.deepEqual(wrong, [])
  })

  test('siblings of a layer that forbids it do not import each other', () => {
    const wrong = offenders((source) =>
      targets(source).filter(
        (target) =>
          NO_SIBLINGS.includes(layerOf(source.path)) &&
          layerOf(target) === layerOf(source.path) &&
          unit(target) !== unit(source.path)
      )
    )
    assert.deepEqual(wrong, [])
  })

  test('libp2p is imported in the overlay and by attackers only', () => {
    const pattern = /from '(libp2p|@libp2p\/|@chainsafe\/|@multiformats\/)[^']*'|from 'libp2p'/g
    assert.deepEqual(uses(pattern, /^(overlay|testnet\/attackers)\//), [])
  })

  test('zod is imported as a namespace, of which a bundle keeps only what is used', () => {
    assert.deepEqual(uses(/import (?:type )?\{[^}]*\} from 'zod'/g, /^$/), [])
  })

  test('node:crypto is imported in crypto/ only, node:sqlite in storage/ only', () => {
    assert.deepEqual(uses(/'node:crypto'/g, /^crypto\//), [])
    assert.deepEqual(uses(/'node:sqlite'/g, /^storage\//), [])
  })

  test('the clock, timers and randomness of the machine are used in layer 1 only', () => {
    const pattern =
      /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bset(Timeout|Interval|Immediate)\b|\bMath\.random\b|AbortSignal\.timeout/g
    assert.deepEqual(uses(pattern, /^(time|crypto)\//), [])
  })

  test('process is used in cli/, daemon/ and testnet/ only, but for the umask of the control socket', () => {
    assert.deepEqual(
      uses(/(?<![\w.])process\.\w+/g, /^(cli|daemon|testnet)\/|^control\/socket\.ts$/),
      []
    )
    const umask = sources.find((source) => source.path === 'control/socket.ts')
    assert.deepEqual(
      new Set(umask?.code.match(/(?<![\w.])process\.\w+/g)),
      new Set(['process.umask'])
    )
  })

  test('nothing prints through console', () => {
    assert.deepEqual(uses(/\bconsole\.\w+/g, /^$/), [])
  })

  test('no room is named after having no idea', () => {
    assert.deepEqual(
      offenders((source) => (BANNED_ROOMS.test(source.path) ? ['name the idea'] : [])),
      []
    )
  })

  test(`no file has more than ${LINES_MAX} lines`, () => {
    assert.deepEqual(
      offenders((source) => {
        const lines = source.text.split('\n').length - 1
        return lines > LINES_MAX ? [`${lines} lines`] : []
      }),
      []
    )
  })

  test('every file is imported by another one or is an entry point', () => {
    const imported = new Set(sources.flatMap(targets))
    const entries = new Set(['index.ts', 'cli/main.ts'])
    const dead = sources.map((s) => s.path).filter((p) => !imported.has(p) && !entries.has(p))
    assert.deepEqual(dead, [])
  })

  test('nothing is left to do later in a comment', () => {
    assert.deepEqual(
      offenders((source) => source.text.match(/\b(TODO|FIXME|XXX|HACK)\b/g) ?? []),
      []
    )
  })

  test('types are never switched off', () => {
    const pattern = /@ts-(ignore|nocheck|expect-error)|\bas any\b|: any\b/g
    assert.deepEqual(
      offenders((source) => source.text.match(pattern) ?? []),
      []
    )
  })
})

describe('the tests', () => {
  const tests = globSync('test/**/*.test.ts', { cwd: ROOT })

  test('none is skipped, focused or left for later', () => {
    const pattern = /\b(?:test|it|describe)\.(?:skip|only|todo)\b|\{\s*(?:skip|todo|only):/g
    const found = tests
      .filter((path) => relative('test', path) !== 'tidy.test.ts')
      .flatMap((path) =>
        (readFileSync(join(ROOT, path), 'utf8').match(pattern) ?? []).map((m) => `${path}: ${m}`)
      )
    assert.deepEqual(found, [])
  })
})
