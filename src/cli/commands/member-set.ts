import { withKey, withWait } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { decided, receiptFacts } from '../receipt.ts'
import { withOffline, writtenRequest } from '../request.ts'
import { usageError } from '../usage-error.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const changed = await context.call('member.set', {
    member: input.argument('member'),
    addGroups: [...input.texts('add-group')],
    removeGroups: [...input.texts('rm-group')],
    setAttributes: Object.fromEntries(input.texts('attr').map(parseAttribute)),
    removeAttributes: [...input.texts('rm-attr')],
    dryRun: input.isSet('dry-run'),
    ...withOffline(input),
    ...withWait(input),
    ...withKey(input)
  })
  const request = await writtenRequest(context, input, changed)
  if (request !== undefined) return request
  const { dryRun, member, groups, attributes } = changed
  const facts = Object.entries(attributes).map(([key, value]) => `${key}=${value}`)
  return {
    json: changed,
    text: (paint) =>
      done(paint, decided(dryRun, `member ${member} changed`), [
        ['groups', groups.length === 0 ? 'none' : groups.join(', ')],
        ['attributes', facts.length === 0 ? undefined : facts.join(', ')],
        ...receiptFacts(changed)
      ]),
    quiet: [member],
    next: `peerage member show ${member}`
  }
}

function parseAttribute(text: string): [string, string] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (key === undefined || value === undefined) throw usageError('write --attr as NAME=VALUE')
  return [key, value]
}
