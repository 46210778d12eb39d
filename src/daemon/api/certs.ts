import type { NodeApi } from '../../control/node-api.ts'
import { parseText, toBase64url } from '../../encoding/bytes.ts'
import { toPem } from '../../encoding/pem.ts'
import { ERRORS, PeerageError } from '../../errors.ts'
import {
  authorityFingerprint,
  parseCertificate,
  type VerifiedCertificate,
  verifyCertificate
} from '../../identity/certificate.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { type Clock, formatTime } from '../../time/clock.ts'
import { targetOf } from '../../trust/authority.ts'
import { expectationOf } from '../../trust/expectation.ts'
import type { EnrolledNode } from '../../trust/members.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import type { BreakGlassDesk } from '../break-glass.ts'
import { type IssuedByRequest, type Issuing, issueByRequest } from '../issue-certificate.ts'
import type { Decide } from './decisions.ts'
import { pageOf } from './page.ts'
import { showRevocation } from './present.ts'
import { createRecover } from './recover.ts'
import { resolveNode } from './resolve-node.ts'

export interface CertsComponents {
  readonly log: TrustLog
  readonly clock: Clock
  readonly decide: Decide
  /** The certificate of this node or of a connected peer. */
  readonly certificateOf: (nodeId: NodeId) => VerifiedCertificate | undefined
  readonly self: NodeId
  readonly renew: () => Promise<VerifiedCertificate>
  /** Throws `AUTHORITY_ABSENT`, `AUTHORITY_LOCKED`. */
  readonly crl: NodeApi['certs']['crl']
  /** Throws `AUTHORITY_ABSENT`, `AUTHORITY_LOCKED`. */
  readonly issuing: () => Issuing
  readonly breakGlass: Pick<BreakGlassDesk, 'sign' | 'submit'>
  readonly invites: Pick<NodeApi['invites'], 'create'>
}

export function createCertsApi(components: CertsComponents): NodeApi['certs'] {
  const { log, clock, certificateOf, self, breakGlass } = components
  const { state } = log

  const showIssued = (node: EnrolledNode) => {
    const { serial, notAfter } = certificateOf(node.nodeId) ?? node
    const revocation = state.revocationOf({ ...node, serial })
    const isExpired = notAfter < clock.now()
    return {
      serial,
      nodeId: node.nodeId,
      node: node.node,
      member: node.member,
      notAfter: formatTime(notAfter),
      method: node.method,
      assurance: node.assurance,
      enrolledAt: formatTime(node.enrolledAt),
      state:
        revocation !== undefined
          ? ('revoked' as const)
          : isExpired
            ? ('expired' as const)
            : ('valid' as const),
      ...(revocation === undefined ? {} : { revoked: showRevocation(revocation) })
    }
  }

  return {
    async list(params) {
      return pageOf(state.nodes(), params, showIssued)
    },
    async show({ node: reference }) {
      const node = resolveNode(state, reference ?? self)
      const certificate = certificateOf(node.nodeId)
      return {
        ...showIssued(node),
        network: log.network,
        ...(certificate === undefined
          ? {}
          : {
              notBefore: formatTime(certificate.notBefore),
              issuer: authorityFingerprint(certificate.issuer),
              pem: toPem('CERTIFICATE', certificate.bytes)
            })
      }
    },
    async verify({ certificate: der }) {
      const parsed = parseCertificate(der)
      if (!parsed.ok) return { valid: false, fault: explain(parsed.fault) }
      const { notBefore, notAfter, ...rest } = parsed.value
      const { serial, nodeId, node, member, method, assurance, network } = rest
      const certificate = {
        ...{ serial, nodeId, node, member, method, assurance, network },
        notBefore: formatTime(notBefore),
        notAfter: formatTime(notAfter)
      }
      const expected = { ...expectationOf(log), key: parsed.value.publicKey, now: clock.now() }
      const verdict = verifyCertificate(der, expected)
      if (!verdict.ok) return { valid: false, fault: explain(verdict.fault), certificate }
      if (state.node(verdict.value.nodeId) === undefined) {
        return { valid: false, fault: explain('CERTIFICATE_NOT_IN_LOG'), certificate }
      }
      return { valid: true, certificate }
    },
    async renew() {
      const { serial, notAfter } = await components.renew()
      return { serial, notAfter: formatTime(notAfter) }
    },
    crl: components.crl,
    async issue({ request, dryRun, ...init }) {
      const der = parseText(request, 'base64url')
      if (!der.ok) throw new PeerageError('INVALID_ARGUMENT', { argument: 'request' })
      const issued = await issueByRequest(components.issuing(), {
        ...{ ...init, dryRun, request: der.value }
      })
      return { dryRun, ...showIssuedByRequest(issued) }
    },
    async breakGlass() {
      const { nodeId, node, member } = resolveNode(state, self)
      return { statement: toBase64url(breakGlass.sign()), nodeId, node, member }
    },
    async withdraw({ statement }) {
      const learned = breakGlass.submit(statement)
      if (!learned.ok) throw new PeerageError(learned.fault, learned.detail)
      const { taken, withdrawn } = learned.value
      const { nodeId, node, member } = withdrawn.node
      return { taken, nodeId, node, member }
    },
    recover: createRecover({ ...components, state }),
    async revoke({ by, value: reference, reason = '', dryRun, offline, waitMs }, { signal }) {
      const target = targetOf(by, by === 'node' ? resolveNode(state, reference).nodeId : reference)
      const statement = { type: 'revoked', target, reason, approvals: [] } as const
      const options = { dryRun, offline, waitMs, signal }
      const { excluded: nodes, ...receipt } = await components.decide(
        { ...statement, approvals: [] },
        options
      )
      return { by, value: target.value, nodes, ...receipt }
    }
  }
}

function showIssuedByRequest({ certificate, index, ...issued }: IssuedByRequest) {
  return {
    ...issued,
    ...(index === undefined ? {} : { index }),
    ...(certificate === undefined ? {} : { certificate: toBase64url(certificate) })
  }
}

function explain(code: keyof typeof ERRORS) {
  const { text, hint } = ERRORS[code]
  return { code, text, hint }
}
