import type { JoinedNetwork } from '../daemon/join-network.ts'
import { done, type Report } from './output.ts'

/** What a home has become that joined a network, by whatever way. */
export function joinedReport(
  { network, node, groups, certificate }: JoinedNetwork,
  home: string,
  isEncrypted: boolean
): Report {
  return {
    json: { network, node, groups, certificate },
    text: (paint) =>
      done(paint, `joined ${paint('strong', network.name)}`, [
        ['network id', network.id],
        ['node', `${node.name} of ${node.member}`],
        ['node id', node.id],
        ['groups', groups.length === 0 ? undefined : groups.join(', ')],
        ['certificate', `${certificate.serial}, until ${certificate.notAfter}`],
        ['home', home],
        ['key', isEncrypted ? 'encrypted' : 'not encrypted, mode 0600']
      ]),
    quiet: [node.id],
    next: 'peerage up'
  }
}
