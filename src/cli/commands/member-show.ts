import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { alignedFacts, printable, type Report, table } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const member = await context.call('member.show', { member: input.argument('member') })
  const { revoked } = member
  return {
    json: member,
    text: (paint) => [
      `member ${paint('strong', member.member)}`,
      ...alignedFacts([
        ['groups', member.groups.length === 0 ? undefined : member.groups.join(', ')],
        ['since', member.addedAt],
        [
          'revoked',
          revoked === undefined ? undefined : `${revoked.time} ${printable(revoked.reason)}`
        ]
      ]),
      ...table(
        paint,
        ['NODE', 'STATE', 'NODE ID', 'CERTIFICATE UNTIL'],
        member.nodes.map((node) => [
          node.node,
          node.revoked !== undefined ? 'revoked' : node.connected ? 'connected' : 'away',
          node.nodeId,
          node.certificate.notAfter
        ]),
        'no nodes yet'
      )
    ],
    quiet: member.nodes.map((node) => node.nodeId),
    next: 'peerage peer show NODE'
  }
}
