import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { judge, type Note, type Version } from '../../support/crash/judge.ts'

const NODES = ['a', 'b']

function at(version: number, text = `text ${version}`): Version {
  return { owner: 'a', name: 'n', version, digest: `digest of ${text}`, text }
}

const tried = ({ owner, name, text }: Version): Note => ({ what: 'tried', owner, name, text })
const acknowledged = (version: Version, holders = NODES): Note => ({
  ...{ what: 'acknowledged', holders },
  ...version
})
const seen = (what: 'read' | 'found' | 'on disk', by: string, version: Version): Note => ({
  ...{ what, by },
  ...version
})
const everywhere = (version: Version): Note[] =>
  NODES.flatMap((node) => [seen('found', node, version), seen('on disk', node, version)])

const written = [tried(at(1)), acknowledged(at(1)), tried(at(2)), acknowledged(at(2))]

describe('the judge of crashes', () => {
  const FAIR: Readonly<Record<string, readonly Note[]>> = {
    'everything is where it was promised': [...written, ...everywhere(at(2))],
    'a write that nobody acknowledged took place': [...written, tried(at(3)), ...everywhere(at(3))],
    'a node that has signed for nothing has nothing': [
      ...[tried(at(1)), acknowledged(at(1), ['a'])],
      ...[seen('on disk', 'a', at(1)), seen('found', 'a', at(1)), seen('found', 'b', at(1))]
    ],
    'a node has not met the newest version yet': [
      ...written,
      ...[seen('read', 'b', at(1)), seen('read', 'a', at(2)), seen('read', 'b', at(2))],
      ...everywhere(at(2))
    ],
    'who crashes answers nothing': [
      ...[...written, { what: 'refused', code: 'CONNECTION_CLOSED' } as const],
      ...everywhere(at(2))
    ]
  }
  for (const [title, notes] of Object.entries(FAIR)) {
    test(`finds nothing where ${title}`, () => {
      assert.deepEqual(judge(notes, NODES).broken, [])
    })
  }

  const BROKEN: Readonly<Record<string, readonly [RegExp, readonly Note[]]>> = {
    'the last version is gone': [/lost: b shows 0/, [...written, ...everywhere(at(2)).slice(0, 2)]],
    'an older version is shown': [
      /a\/n 2 is lost: b shows 1/,
      [...written, ...everywhere(at(2)), seen('found', 'b', at(1))]
    ],
    'the disk of a holder lacks it': [
      /b a\/n 2 is lost: its disk has 1/,
      [...written, ...everywhere(at(2)), seen('on disk', 'b', at(1))]
    ],
    'a reader is led back': [
      /b a\/n went from 2 back to 1/,
      [...written, seen('read', 'b', at(2)), seen('read', 'b', at(1)), ...everywhere(at(2))]
    ],
    'a version is signed twice': [
      /a\/n 2 has two contents/,
      [...written, tried(at(2, 'other')), ...everywhere(at(2, 'other'))]
    ],
    'there is what nobody wrote': [/never written/, [...written, ...everywhere(at(3))]],
    'a version is acknowledged after a later one': [
      /came after/,
      [...written, acknowledged(at(1)), ...everywhere(at(2))]
    ],
    'a node answers with a failure of its own': [
      /STORAGE_DAMAGED/,
      [...written, { what: 'refused', code: 'STORAGE_DAMAGED' }, ...everywhere(at(2))]
    ]
  }
  for (const [title, [sentence, notes]] of Object.entries(BROKEN)) {
    test(`finds it where ${title}`, () => {
      assert.match(judge(notes, NODES).broken.join('\n'), sentence)
    })
  }
})
