import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { DEFERRED } from './deferred.ts'

const ROOT = join(import.meta.dirname, '../..')

interface Requirement {
  readonly id: string
  readonly level: 'core' | 'extension'
}

const { requirements } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'requirements.json'), 'utf8')
) as { requirements: readonly Requirement[] }

/**
 * Sentences of tests by the requirement ids they carry. A test also carries the ids of the groups
 * around it; the formatter makes the indentation tell which those are.
 */
const sentences = new Map<string, string[]>()
for (const path of globSync('test/**/*.test.ts', { cwd: ROOT })) {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const groups: { readonly indent: number; readonly title: string }[] = []
  for (const match of text.matchAll(/^( *)(describe|test|it)\(\s*(['"`])(.*?)\3/gms)) {
    const [, { length: indent } = '', kind, , title = ''] = match
    while ((groups.at(-1)?.indent ?? -1) >= indent) groups.pop()
    if (kind === 'describe') {
      groups.push({ indent, title })
      continue
    }
    const sentence = [...groups.map((group) => group.title), title].join(' ')
    for (const id of new Set(sentence.match(/SR-[A-Z]+-\d+/g))) {
      sentences.set(id, [...(sentences.get(id) ?? []), sentence])
    }
  }
}

/** A test of a violation says in its sentence that something is turned down. */
const NEGATIVE =
  /refuse|never|cannot|no |not |denied|cut|only|nothing|ignored|without|→|exactly one|fail|found where/i

describe('requirements', () => {
  test('every id that a test carries is a requirement', () => {
    const known = new Set(requirements.map((requirement) => requirement.id))
    assert.deepEqual(
      [...sentences.keys()].filter((id) => !known.has(id)),
      []
    )
  })

  test('every deferred requirement exists', () => {
    const known = new Set(requirements.map((requirement) => requirement.id))
    assert.deepEqual(
      Object.keys(DEFERRED).filter((id) => !known.has(id)),
      []
    )
  })

  for (const { id } of requirements.filter((requirement) => requirement.level === 'core')) {
    if (id in DEFERRED) continue
    test(`${id} has a test that shows it holds and one that shows its violation is refused`, () => {
      const names = sentences.get(id) ?? []
      assert.ok(names.length >= 2, `${id} is carried by ${names.length} tests`)
      assert.ok(
        names.some((name) => NEGATIVE.test(name)),
        `${id} has no test of a violation`
      )
    })
  }
})
