import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { cutTable } from '../list-report.ts'
import { alignedFacts, LINES_MAX, printable, type Report } from '../output.ts'

/** Name, groups, since, revoked, and the next command. */
const FACT_LINES = 5

export async function run(context: Context, input: Input): Promise<Report> {
  const member = await context.call('member.show', { member: input.argument('member') })
  const { revoked, suspended } = member
  const facts = Object.entries(member.attributes).map(
    ([key, value]) => `${key}=${printable(value)}`
  )
  return {
    json: member,
    text: (paint) => [
      `member ${paint('strong', member.member)}`,
      ...alignedFacts([
        ['groups', member.groups.length === 0 ? undefined : member.groups.join(', ')],
        ['attributes', facts.length === 0 ? undefined : facts.join(', ')],
        ['since', member.addedAt],
        [
          'suspended',
          suspended === undefined ? undefined : `${suspended.time} ${printable(suspended.reason)}`
        ],
        [
          'revoked',
          revoked === undefined ? undefined : `${revoked.time} ${printable(revoked.reason)}`
        ]
      ]),
      ...cutTable(paint, {
        heading: ['NODE', 'STATE', 'NODE ID', 'CERTIFICATE UNTIL'],
        rows: member.nodes.map((node) => [
          node.node,
          node.revoked !== undefined ? 'revoked' : node.connected ? 'connected' : 'away',
          node.nodeId,
          node.certificate.notAfter
        ]),
        empty: 'no nodes yet',
        linesMax: LINES_MAX - FACT_LINES,
        all: `${context.program} member show ${member.member} --json`
      })
    ],
    quiet: member.nodes.map((node) => node.nodeId),
    next: 'peerage peer show NODE'
  }
}
