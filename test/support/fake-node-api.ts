import type { EventHub } from '../../src/control/events.ts'
import { type MethodName, methods, type ResultOf } from '../../src/control/methods/index.ts'
import type { NodeApi } from '../../src/control/node-api.ts'
import { utf8 } from '../../src/encoding/bytes.ts'
import { PeerageError } from '../../src/errors.ts'

export type NodeOverrides = { readonly [Noun in keyof NodeApi]?: Partial<NodeApi[Noun]> }

/** A node that answers every call with the example of its method. */
export function fakeNodeApi(events: EventHub, overrides: NodeOverrides = {}): NodeApi {
  const give =
    <Name extends MethodName>(name: Name) =>
    async () =>
      example(name)
  return {
    node: {
      status: give('node.status'),
      stop: give('node.stop'),
      wait: give('node.wait'),
      health: give('node.health'),
      metrics: give('node.metrics'),
      ...overrides.node
    },
    config: { show: give('config.show'), reload: give('node.reload'), ...overrides.config },
    network: { show: give('network.show'), ...overrides.network },
    authority: {
      show: give('authority.show'),
      testRecovery: give('recovery.test'),
      unlock: give('authority.unlock'),
      lock: give('authority.lock'),
      prepare: give('key.prepare'),
      activate: give('key.activate'),
      taint: give('key.taint'),
      revoke: give('key.revoke'),
      ...overrides.authority
    },
    policy: {
      show: give('policy.show'),
      set: give('policy.set'),
      ...overrides.policy
    },
    proposals: {
      list: give('proposal.list'),
      show: give('proposal.show'),
      propose: give('proposal.create'),
      approve: give('proposal.approve'),
      reject: give('proposal.reject'),
      approveRequest: give('request.approve'),
      quorum: give('authority.quorum'),
      ...overrides.proposals
    },
    peers: {
      list: give('peer.list'),
      show: give('peer.show'),
      connect: give('peer.connect'),
      disconnect: give('peer.disconnect'),
      ping: give('peer.ping'),
      diagnose: give('peer.diagnose'),
      ban: give('peer.ban'),
      unban: give('peer.unban'),
      allow: give('peer.allow'),
      ...overrides.peers
    },
    reputation: {
      list: give('reputation.list'),
      show: give('reputation.show'),
      ...overrides.reputation
    },
    opinions: {
      publish: give('opinion.publish'),
      subscribe: give('opinion.subscribe'),
      unsubscribe: give('opinion.unsubscribe'),
      list: give('opinion.list'),
      ...overrides.opinions
    },
    reports: {
      list: give('report.list'),
      show: give('report.show'),
      export: give('report.export'),
      submit: give('report.submit'),
      ...overrides.reports
    },
    audit: {
      search: give('audit.search'),
      verify: give('audit.verify'),
      export: give('audit.export'),
      ...overrides.audit
    },
    members: {
      list: give('member.list'),
      show: give('member.show'),
      set: give('member.set'),
      suspend: give('member.suspend'),
      resume: give('member.resume'),
      remove: give('member.remove'),
      ...overrides.members
    },
    certs: {
      show: give('cert.show'),
      list: give('cert.list'),
      verify: give('cert.verify'),
      renew: give('cert.renew'),
      crl: give('cert.crl'),
      issue: give('cert.issue'),
      breakGlass: give('cert.breakglass'),
      withdraw: give('cert.withdraw'),
      revoke: give('cert.revoke'),
      recover: give('cert.recover'),
      ...overrides.certs
    },
    invites: {
      create: give('invite.create'),
      list: give('invite.list'),
      revoke: give('invite.revoke'),
      ...overrides.invites
    },
    trust: {
      head: give('trust.head'),
      entries: give('trust.entries'),
      acks: give('trust.acks'),
      export: give('trust.export'),
      import: give('trust.import'),
      alarms: give('trust.alarms'),
      sync: give('trust.sync'),
      evidence: give('trust.evidence'),
      resolve: give('trust.resolve'),
      acknowledge: give('trust.acknowledge'),
      ...overrides.trust
    },
    kinds: {
      list: give('kind.list'),
      show: give('kind.show'),
      define: give('kind.define'),
      retire: give('kind.retire'),
      ...overrides.kinds
    },
    records: {
      put: give('record.put'),
      get: async () => asBytes(example('record.get')),
      entries: async () => {
        const read = example('record.entries')
        return { ...read, entries: read.entries.map(asBytes) }
      },
      remove: give('record.remove'),
      history: async () => {
        const read = example('record.history')
        return { ...read, versions: read.versions.map(asBytes) }
      },
      list: give('record.list'),
      receipts: give('record.receipts'),
      holders: give('record.holders'),
      repair: give('record.repair'),
      exportFile: give('record.export'),
      importFile: give('record.import'),
      watch: async () => ({ cursor: example('record.watch').cursor, start() {}, end() {} }),
      ...overrides.records
    },
    tokens: {
      create: give('token.create'),
      list: give('token.list'),
      revoke: give('token.revoke'),
      ...overrides.tokens
    },
    events
  }
}

/** A call that ends only when its caller goes away, and the promise of that moment. */
export function hangingCall(): {
  readonly run: (params: unknown, options: { signal: AbortSignal }) => Promise<never>
  readonly started: Promise<void>
  readonly aborted: Promise<void>
} {
  const started = Promise.withResolvers<void>()
  const aborted = Promise.withResolvers<void>()
  const run = (_params: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise<never>((_resolve, reject) => {
      started.resolve()
      signal.addEventListener('abort', () => {
        aborted.resolve()
        reject(new PeerageError('CANCELED'))
      })
    })
  return { run, started: started.promise, aborted: aborted.promise }
}

function asBytes<Shown extends { readonly text?: string | undefined }>({
  text: _,
  ...record
}: Shown) {
  return { ...record, value: utf8('hello') }
}

function example<Name extends MethodName>(name: Name): ResultOf<Name> {
  const found = methods.find((method) => method.name === name)?.examples[0]
  if (found === undefined) throw new Error(`${name} has no example`)
  return found.result as ResultOf<Name>
}
