/** Values for the examples of the methods. */
export const NODE_ID = '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'
export const OTHER_NODE_ID = '12D3KooWHdiAxVd8uMQR1hGWXccidmfCwLqcMpGwR6QcTP6QRMuD'
export const NETWORK_ID = 'mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtgq2q'
export const SERIAL = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'
export const HASH = `sha256:${'5a'.repeat(32)}`
export const FINGERPRINT = `sha256:${'c3'.repeat(32)}`
export const TIME = '2026-01-01T00:00:00.000Z'
export const LATER = '2026-01-31T00:00:00.000Z'
export const ADDRESS = '/ip4/192.0.2.7/tcp/4001'

export const CERTIFICATE = { serial: SERIAL, notAfter: LATER }
export const TRUST = { size: 4, root: HASH, checkpointAgeMs: 12_000 }
export const FRESHNESS = {
  state: 'fresh' as const,
  admissionMaxAgeMs: 14 * 86_400_000,
  sessionMaxAgeMs: 28 * 86_400_000
}
export const PEER = {
  nodeId: OTHER_NODE_ID,
  node: 'laptop',
  member: 'alice',
  connected: true,
  addresses: [ADDRESS],
  certificate: CERTIFICATE,
  standing: 'neutral' as const,
  standingReason: 'Nothing speaks against it.'
}
export const ISSUED = {
  serial: SERIAL,
  nodeId: OTHER_NODE_ID,
  node: 'laptop',
  member: 'alice',
  notAfter: LATER,
  method: 'invite',
  assurance: 1,
  state: 'valid' as const,
  enrolledAt: TIME
}
export const INVITE = {
  id: 'k3f9a2',
  member: 'alice',
  node: 'laptop',
  groups: ['staff'],
  state: 'open' as const,
  createdAt: TIME,
  expiresAt: LATER
}
export const RECORD = {
  kind: 'note',
  owner: 'alice',
  name: 'greeting',
  version: 1,
  digest: HASH,
  expiresAt: LATER
}
