import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  alignedFacts,
  createPaint,
  printable,
  printReport,
  type Report,
  table
} from '../../src/cli/output.ts'
import { Screen } from '../support/fake-terminal.ts'

const PLAIN = { json: false, quiet: false, color: false, program: 'npx peerage --home /h' }
const REPORT: Report = {
  json: { name: 'acme', size: 3 },
  text: (paint) => [paint('good', '✔ acme')],
  quiet: ['acme'],
  next: 'peerage up'
}

function printed(settings: Partial<typeof PLAIN>, report = REPORT): string {
  const screen = new Screen()
  printReport(report, screen, { ...PLAIN, ...settings })
  return screen.text
}

describe('printing a result', () => {
  test('text ends with the next command, as the caller has to type it', () => {
    assert.equal(printed({}), '✔ acme\nnext: npx peerage --home /h up\n')
  })

  test('what follows at another home is not said to be for this one', () => {
    const nextElsewhere = { where: 'on the new node', command: 'peerage cert import x' }
    const said = printed({}, { ...REPORT, nextElsewhere })
    assert.equal(said, '✔ acme\nnext, on the new node: peerage cert import x\n')
  })

  test('--json prints exactly one line with one object', () => {
    assert.equal(printed({ json: true, quiet: true }), '{"name":"acme","size":3}\n')
  })

  test('--quiet prints the essence alone', () => {
    assert.equal(printed({ quiet: true }), 'acme\n')
  })

  test('color is used only when wanted', () => {
    assert.ok(printed({ color: true }).includes('\u001b[32m'))
    assert.ok(!printed({}).includes('\u001b'))
  })
})

describe('tables and facts', () => {
  test('columns are as wide as their widest cell, without blanks at the end of a line', () => {
    const paint = createPaint(false)
    const lines = table(
      paint,
      ['NODE', 'STATE'],
      [
        ['till-07', 'away'],
        ['hq', '']
      ],
      'none'
    )
    assert.deepEqual(lines, ['NODE     STATE', 'till-07  away', 'hq'])
  })

  test('color does not count as width', () => {
    const paint = createPaint(true)
    const [, row] = table(paint, ['A', 'B'], [[paint('good', 'ok'), 'x']], 'none')
    assert.equal(row, `${paint('good', 'ok')}  x`)
  })

  test('no rows are said in words', () => {
    assert.deepEqual(table(createPaint(false), ['A'], [], 'no peers yet'), ['no peers yet'])
  })

  test('a fact without a value is left out', () => {
    const facts = alignedFacts([
      ['home', '/h'],
      ['groups', undefined],
      ['node id', 'x']
    ])
    assert.deepEqual(facts, ['  home     /h', '  node id  x'])
  })
})

describe('text that a peer chose', () => {
  test('control characters and marks that reorder text are made visible', () => {
    assert.equal(printable('a\u001b[2Jb\u202ec\r'), 'a\\u{1b}[2Jb\\u{202e}c\\u{d}')
  })

  test('line breaks stay where the caller keeps them', () => {
    assert.equal(printable('a\n\tb\u0007', '\n\t'), 'a\n\tb\\u{7}')
  })
})
