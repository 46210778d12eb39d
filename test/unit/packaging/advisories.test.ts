import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

/** Published advisories about packages of the lockfile: the first version without the fault. */
const ADVISORIES = [
  ['@chainsafe/libp2p-noise', '5.0.3', 'GHSA-j3ff-xp6c-6gcc', 'a signature was not checked'],
  ['libp2p', '0.38.0', 'CVE-2022-23487', 'memory without bound'],
  ['netmask', '2.0.1', 'CVE-2021-28918', 'octal addresses are misread'],
  ['smol-toml', '1.3.1', 'GHSA-pqhp-25j4-6hq9', 'stack overflow'],
  ['smol-toml', '1.6.1', 'GHSA-v3rj-xjv7-4jmq', 'recursion without bound'],
  ['smol-toml', '1.7.1', 'GHSA-7w5x-hrqm-74c2', 'a loop without end'],
  ['zod', '3.22.3', 'GHSA-m95q-7qp3-xv42', 'time without bound']
] as const

/** When somebody last compared the list with what was published. It cannot ask by itself. */
const COMPARED_AT = '2026-11-26'

interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly link?: boolean
}

const packages: Readonly<Record<string, Locked>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8')
).packages

/** All copies of a package, wherever they lie. */
function copiesOf(name: string): readonly Locked[] {
  return Object.entries(packages).flatMap(([path, each]) =>
    path.endsWith(`node_modules/${name}`) ? [each] : []
  )
}

function isBelow(version: string, minimum: string): boolean {
  const numbers = (text: string) => text.split(/[.-]/).slice(0, 3).map(Number)
  const [found, wanted] = [numbers(version), numbers(minimum)]
  const place = found.findIndex((number, i) => number !== wanted[i])
  return place >= 0 && (found[place] ?? 0) < (wanted[place] ?? 0)
}

describe('the lockfile', () => {
  test('has no version below one that mended what was published', (t) => {
    t.diagnostic(`compared on ${COMPARED_AT}; where a registry answers: npm audit`)
    for (const [name, minimum, advisory, fault] of ADVISORIES) {
      const copies = copiesOf(name)
      assert.ok(copies.length > 0, `${name} is gone: remove its rows`)
      for (const { version = '' } of copies) {
        assert.ok(!isBelow(version, minimum), `${name} ${version}: ${advisory}, ${fault}`)
      }
    }
  })

  test('would fail with one that is older', () => {
    assert.ok(isBelow('1.7.0', '1.7.1') && isBelow('0.99.9', '1.0.0') && isBelow('1.6.9', '1.7.0'))
    assert.ok(
      !isBelow('1.7.1', '1.7.1') && !isBelow('2.0.0', '1.7.1') && !isBelow('1.10.0', '1.7.1')
    )
  })

  test('pins every package by a digest, and no package twice by another name', () => {
    for (const [path, { integrity, link }] of Object.entries(packages)) {
      if (path === '') continue
      assert.equal(link, undefined, path)
      assert.match(integrity ?? '', /^sha512-/, path)
    }
  })

  test('is of exact versions, and the package itself brings none', () => {
    const { dependencies, devDependencies = {} } = packages[''] as {
      readonly dependencies?: object
      readonly devDependencies?: Readonly<Record<string, string>>
    }
    assert.equal(dependencies, undefined)
    for (const [name, range] of Object.entries(devDependencies)) {
      assert.match(range, /^(npm:@[\w./-]+@)?\d+\.\d+\.\d+$/, name)
    }
  })
})
