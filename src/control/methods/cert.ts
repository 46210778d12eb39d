import { parseText } from '../../encoding/bytes.ts'
import { fromPem } from '../../encoding/pem.ts'
import { ERRORS, PeerageError } from '../../errors.ts'
import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import {
  CERTIFICATE,
  FINGERPRINT,
  HASH,
  INVITE,
  ISSUED,
  LATER,
  NETWORK_ID,
  NODE_ID,
  OTHER_NODE_ID,
  SERIAL,
  TIME
} from './samples.ts'

export const certShow = method({
  name: 'cert.show',
  access: 'observe',
  summary: 'Shows the certificate of this node, or what is known of the one of another node.',
  params: schema.certShowParams,
  result: schema.certShowResult,
  errors: ['NOT_READY', 'NODE_UNKNOWN', 'INVALID_ARGUMENT'],
  examples: [
    {
      params: {},
      result: {
        ...ISSUED,
        network: NETWORK_ID,
        notBefore: TIME,
        issuer: FINGERPRINT,
        pem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
      }
    },
    { params: { node: 'alice/laptop' }, result: { ...ISSUED, network: NETWORK_ID } }
  ],
  run: (api, params, call) => api.certs.show(params, call)
})

export const certList = method({
  name: 'cert.list',
  access: 'observe',
  summary: 'Lists every certificate that the trust log knows.',
  params: schema.certListParams,
  result: schema.certListResult,
  errors: ['NOT_READY'],
  examples: [{ params: { limit: 1 }, result: { items: [ISSUED], nextCursor: '1' } }],
  run: (api, params, call) => api.certs.list(params, call)
})

export const certVerify = method({
  name: 'cert.verify',
  access: 'observe',
  summary: 'Judges a certificate as an admission would, now and in this network.',
  params: schema.certVerifyParams,
  result: schema.certVerifyResult,
  errors: ['NOT_READY', 'INVALID_ARGUMENT'],
  examples: [
    {
      params: { certificate: 'MIIB' },
      result: {
        valid: false,
        fault: {
          code: 'CERTIFICATE_MALFORMED',
          text: ERRORS.CERTIFICATE_MALFORMED.text,
          hint: ERRORS.CERTIFICATE_MALFORMED.hint
        }
      }
    },
    {
      params: { pem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' },
      result: {
        valid: true,
        certificate: {
          serial: SERIAL,
          nodeId: OTHER_NODE_ID,
          node: 'laptop',
          member: 'alice',
          notAfter: ISSUED.notAfter,
          method: 'invite',
          assurance: 1,
          network: NETWORK_ID,
          notBefore: TIME
        }
      }
    }
  ],
  run: (api, params, call) => api.certs.verify({ certificate: derOf(params) }, call)
})

export const certRenew = method({
  name: 'cert.renew',
  access: 'control',
  summary: 'Renews the certificate of this node now, through a node that holds the authority key.',
  params: schema.noParams,
  result: schema.certRenewResult,
  errors: [
    'NOT_READY',
    'RENEWAL_UNAVAILABLE',
    'CERTIFICATE_SUPERSEDED',
    'CERTIFICATE_REVOKED',
    'MEMBER_SUSPENDED'
  ],
  examples: [{ params: {}, result: CERTIFICATE }],
  run: (api, _, call) => api.certs.renew(call)
})

export const certRevoke = method({
  name: 'cert.revoke',
  access: 'control',
  summary: 'Revokes a certificate, a node or a member; every node of the network enforces it.',
  params: schema.certRevokeParams,
  result: schema.certRevokeResult,
  errors: [
    'NOT_READY',
    'AUTHORITY_ABSENT',
    'ALREADY_REVOKED',
    'MEMBER_UNKNOWN',
    'NODE_UNKNOWN',
    'CERTIFICATE_NOT_IN_LOG',
    'APPROVAL_NEEDED',
    'INVALID_ARGUMENT',
    'IDEMPOTENCY_CONFLICT'
  ],
  examples: [
    {
      params: { by: 'node', value: 'alice/laptop', reason: 'lost' },
      result: {
        by: 'node',
        value: OTHER_NODE_ID,
        dryRun: false,
        index: 4,
        nodes: [OTHER_NODE_ID],
        restored: [],
        trust: { size: 5, root: HASH },
        acks: {
          index: 4,
          applied: [{ nodeId: NODE_ID, node: 'hq', member: 'office', time: TIME }],
          missing: [],
          waitedMs: 120
        }
      }
    }
  ],
  run: (api, params, call) => api.certs.revoke(params, call)
})

export const certRecover = method({
  name: 'cert.recover',
  access: 'control',
  summary:
    'Revokes the key of a node and makes an invite for a new node of the same name, in one step.',
  params: schema.certRecoverParams,
  result: schema.certRecoverResult,
  errors: [
    'NOT_READY',
    'AUTHORITY_ABSENT',
    'NODE_UNKNOWN',
    'MEMBER_SUSPENDED',
    'ALREADY_REVOKED',
    'FRONT_DESK_CLOSED',
    'APPROVAL_NEEDED',
    'OVERLOADED',
    'INVALID_ARGUMENT',
    'IDEMPOTENCY_CONFLICT'
  ],
  examples: [
    {
      params: { node: 'alice/laptop', reason: 'lost on a train' },
      result: {
        member: 'alice',
        node: 'laptop',
        nodeId: OTHER_NODE_ID,
        dryRun: false,
        revoked: {
          dryRun: false,
          index: 4,
          nodes: [OTHER_NODE_ID],
          restored: [],
          trust: { size: 5, root: HASH },
          acks: {
            index: 4,
            applied: [{ nodeId: NODE_ID, node: 'hq', member: 'office', time: TIME }],
            missing: [],
            waitedMs: 120
          }
        },
        resumed: false,
        invite: { id: INVITE.id, invite: 'peerage1:AAAA', expiresAt: LATER }
      }
    }
  ],
  run: (api, params, call) => api.certs.recover(params, call)
})

export const certCrl = method({
  name: 'cert.crl',
  access: 'control',
  summary: 'Signs a certificate revocation list for other X.509 software.',
  params: schema.noParams,
  result: schema.certCrlResult,
  errors: ['NOT_READY', 'AUTHORITY_ABSENT', 'AUTHORITY_LOCKED'],
  examples: [
    { params: {}, result: { crl: 'MIIB', authority: 'MIIB', revoked: 1, nextUpdate: LATER } }
  ],
  run: (api, _params, call) => api.certs.crl(call)
})

export const certBreakGlass = method({
  name: 'cert.breakglass',
  access: 'control',
  summary: 'Signs the revocation of this node in advance, to be kept on paper.',
  params: schema.noParams,
  result: schema.breakGlassResult,
  errors: ['NOT_READY'],
  examples: [
    {
      params: {},
      result: { statement: 'CiQ', nodeId: NODE_ID, node: 'laptop', member: 'alice' }
    }
  ],
  run: (api, _params, call) => api.certs.breakGlass(call)
})

export const certWithdraw = method({
  name: 'cert.withdraw',
  access: 'control',
  summary: 'Uses what cert.breakglass has signed: the node is revoked, without the authority.',
  params: schema.breakGlassSubmitParams,
  result: schema.breakGlassSubmitResult,
  errors: ['NOT_READY', 'MESSAGE_MALFORMED', 'SIGNATURE_INVALID', 'WRONG_NETWORK', 'NODE_UNKNOWN'],
  examples: [
    {
      params: { statement: 'CiQ' },
      result: { taken: true, nodeId: NODE_ID, node: 'laptop', member: 'alice' }
    }
  ],
  run: (api, { statement }, call) =>
    api.certs.withdraw({ statement: derOf({ certificate: statement }) }, call)
})

function derOf({
  certificate,
  pem
}: {
  certificate?: string | undefined
  pem?: string | undefined
}) {
  const parsed = certificate === undefined ? undefined : parseText(certificate, 'base64url')
  const bytes = parsed?.ok === true ? parsed.value : fromPem('CERTIFICATE', pem ?? '')
  if (bytes === undefined) {
    const argument = certificate === undefined ? 'pem' : 'certificate'
    throw new PeerageError('INVALID_ARGUMENT', { argument })
  }
  return bytes
}

export const certIssue = method({
  name: 'cert.issue',
  access: 'control',
  summary:
    'Answers a certificate request that came as a file, while the authority key is unlocked.',
  params: schema.certIssueParams,
  result: schema.certIssueResult,
  errors: [
    'NOT_READY',
    'AUTHORITY_ABSENT',
    'AUTHORITY_LOCKED',
    'CSR_MALFORMED',
    'SIGNATURE_INVALID',
    'WRONG_NETWORK',
    'NODE_ALREADY_ENROLLED',
    'NODE_NAME_TAKEN',
    'ALREADY_REVOKED',
    'MEMBER_SUSPENDED',
    'INVALID_ARGUMENT',
    'CLOCK_BACKWARD'
  ],
  examples: [
    {
      params: { request: 'MIIB', groups: ['tills'] },
      result: {
        dryRun: false,
        ...{ member: 'alice', node: 'laptop', nodeId: OTHER_NODE_ID, isKnown: false },
        ...{ index: 4, certificate: 'MIIB' }
      }
    }
  ],
  run: (api, params, call) => api.certs.issue(params, call)
})
