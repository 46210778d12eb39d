import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { subjects } from './corpus.ts'
import { fuzz } from './fuzz.ts'

/** All decoders together; scripts/fuzz.ts takes a million for each. */
const INPUTS = 60_000
/** Longer ones are not truncated at every offset, but at so many places. */
const CUTS_MAX = 600

const SUBJECTS = subjects()

describe('[SR-INT-2] no bytes make a decoder fail', () => {
  for (const subject of SUBJECTS) {
    test(`${subject.name}: truncated anywhere and mutated at random`, () => {
      const { decode, seeds } = subject
      assert.ok(seeds.length > 0, 'the corpus has nothing that it takes')
      for (const { bytes, network } of seeds) {
        const step = Math.ceil(bytes.length / CUTS_MAX)
        for (let end = 0; end < bytes.length; end += step) decode(bytes.subarray(0, end), network)
      }
      const each = Math.ceil(INPUTS / SUBJECTS.length)
      assert.equal(fuzz(subject, each, 1).inputs, each)
    })
  }
})
