import { sha256 } from '../crypto/digest.ts'
import { PublicKey } from '../crypto/ed25519.ts'
import { toHex, utf8 } from '../encoding/bytes.ts'
import { authorityFingerprint } from '../identity/certificate.ts'
import type { Statement } from '../trust/entry.ts'
import { count, printable } from './output.ts'

/** What a statement decides, in words for whoever is about to sign it. */
export function statementWords(statement: Statement): string {
  return printable(sentence(statement))
}

function sentence(statement: Statement): string {
  switch (statement.type) {
    case 'member-added':
      return `add member ${statement.member}${belonging(statement)}`
    case 'member-changed':
      return `give member ${statement.member} exactly these:${belonging(statement)}`
    case 'member-suspended':
      return `suspend member ${statement.member}${because(statement)}`
    case 'member-resumed':
      return `resume member ${statement.member}`
    case 'node-enrolled':
      return `enroll node ${statement.member}/${statement.node} with the key ${statement.nodeId}`
    case 'revoked': {
      const { by, value } = statement.target
      const what = by === 'serial' ? 'certificate' : by
      return `revoke ${what} ${value} for good${because(statement)}`
    }
    case 'kind-set':
      return `declare the kind of records ${statement.kind.name}`
    case 'kind-retired':
      return `retire the kind of records ${statement.kind}`
    case 'policy-set':
      return `replace the policy by one of ${count(linesOf(statement.text), 'line')} (${digestOf(statement.text)})`
    case 'authority-key': {
      const key = authorityFingerprint(new PublicKey(statement.key))
      return `authority key ${key} ${statement.step}`
    }
    case 'approvers-set':
      return `ask ${statement.threshold} of ${statement.members.join(', ') || 'nobody'} from now on`
    case 'recovered':
      return `recover the network${because(statement)}`
  }
}

function linesOf(text: string): number {
  return text.replace(/\n$/, '').split('\n').length
}

function digestOf(text: string): string {
  return `sha256:${toHex(sha256(utf8(text)))}`
}

function because({ reason }: { readonly reason: string }): string {
  return reason === '' ? '' : ` (${reason})`
}

function belonging(statement: {
  readonly groups: readonly string[]
  readonly attributes: Readonly<Record<string, string>>
}): string {
  const facts = Object.entries(statement.attributes).map(([name, value]) => `${name}=${value}`)
  return ` groups ${statement.groups.join(', ') || 'none'}; attributes ${facts.join(', ') || 'none'}`
}
