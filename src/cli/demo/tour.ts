import { PeerageError } from '../../errors.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import type { NodeId } from '../../identity/node-id.ts'
import type { Clock } from '../../time/clock.ts'
import type { Target } from './attackers.ts'
import type { Actor, Cast } from './cast.ts'

export interface Step {
  readonly name: string
  readonly title: string
  /** Does it, checks that it really happened, and says what was seen. */
  run(): Promise<Seen>
}

export interface Seen {
  /** For people, one line each. */
  readonly lines: readonly string[]
  readonly facts: Readonly<Record<string, unknown>>
}

const LOOPBACK = '/ip4/127.0.0.1/tcp/0'
const GREETING = 'hello from alice'

/** The steps of the demo, in order; each builds on those before it. */
export function createTour(cast: Cast, clock: Clock): readonly Step[] {
  const actors = new Map<string, Actor>()
  const actor = (name: string) => require(actors.get(name), `${name} is not running`)
  const attackers = () => import('./attackers.ts')
  const target = (name: string): Target => {
    const { nodeId, listen } = actor(name)
    return { nodeId: nodeId as NodeId, address: require(listen[0], `${name} listens nowhere`) }
  }

  async function join(name: string): Promise<void> {
    const invited = await actor('hq').client.call('invite.create', { member: name, node: 'laptop' })
    await cast.run(name, ['join', '--invite-file', '-', '--listen', LOOPBACK], invited.invite)
  }

  async function network(): Promise<Seen> {
    const words = ['network', 'create', 'acme', '--node', 'hq', '--member', 'office']
    await cast.run('hq', [...words, '--listen', LOOPBACK, '--front-desk', LOOPBACK])
    actors.set('hq', await cast.up('hq'))
    const shown = await actor('hq').client.call('network.show')
    return {
      lines: [`network ${shown.name}, id ${shown.id.slice(0, 12)}…`],
      facts: { network: shown.id, nodeId: actor('hq').nodeId }
    }
  }

  async function members(): Promise<Seen> {
    for (const name of ['alice', 'bob']) {
      await join(name)
      actors.set(name, await cast.up(name))
    }
    await Promise.all(
      [...actors.values()].map(({ client }) => client.call('node.wait', { peers: 2 }))
    )
    const { size } = await actor('bob').client.call('trust.head')
    return {
      lines: [
        'three processes, each connected to the two others',
        `trust log of ${size} entries on each`
      ],
      facts: { nodes: [...actors.values()].map(({ nodeId }) => nodeId), trustSize: size }
    }
  }

  async function stranger(): Promise<Seen> {
    const hq = actor('hq')
    const { network: id, checkpoint } = await hq.client.call('trust.head')
    hq.forget()
    const { dialAsStranger } = await attackers()
    const told = await dialAsStranger(target('hq'), { network: id as NetworkId, checkpoint })
    const { data } = await hq.event('peer.refused')
    expect(told === 'CERTIFICATE_WRONG_ISSUER', `the stranger was told ${told}`)
    expect(data['code'] === told, `the node says ${data['code']}`)
    return {
      lines: [`a certificate by another authority: ${told}, say both sides`],
      facts: { stranger: told, node: data['code'] }
    }
  }

  async function record(): Promise<Seen> {
    const put = await actor('alice').client.call('record.put', {
      kind: 'note',
      name: 'greeting',
      text: GREETING
    })
    const got = await readGreeting()
    expect(put.acknowledgedBy.length >= 2, 'nobody else acknowledged the record')
    return {
      lines: [
        `on disk at ${put.acknowledgedBy.length} nodes, read and verified at bob: "${got.text}"`
      ],
      facts: { acknowledgedBy: put.acknowledgedBy, text: got.text, signer: got.signer }
    }
  }

  async function forgery(): Promise<Seen> {
    await join('mallory')
    const { storeAsInsider } = await attackers()
    const tried = await storeAsInsider(cast.home('mallory'), target('bob'), {
      victim: 'alice',
      name: 'greeting'
    })
    const code = (what: string) => tried.find((each) => each.what === what)?.code
    // The control: the same insider over the same connection, with a record that is its own.
    expect(code('honest') === 'STORED', `an honest record: ${code('honest')}`)
    expect(code('foreign') === 'RECORD_WRITER_DENIED', `a foreign record: ${code('foreign')}`)
    expect(code('broken') === 'RECORD_SIGNATURE_INVALID', `a broken one: ${code('broken')}`)
    await readGreeting()
    return {
      lines: [
        `mallory, a member, writes as alice: ${code('foreign')}`,
        `with a broken signature: ${code('broken')}; as herself: stored`
      ],
      facts: { foreign: code('foreign'), broken: code('broken'), honest: code('honest') }
    }
  }

  async function revocation(): Promise<Seen> {
    const [hq, alice, bob] = [actor('hq'), actor('alice'), actor('bob')]
    const { connected } = await bob.client.call('peer.show', { peer: alice.nodeId })
    expect(connected, 'bob and alice were not connected before')
    for (const each of [hq, bob]) each.forget()
    const start = clock.monotonic()
    const isAlice = (data: Readonly<Record<string, unknown>>) => data['nodeId'] === alice.nodeId
    const cuts = [hq, bob].map(async (each) => {
      const { data } = await each.event('peer.closed', isAlice)
      expect(data['code'] === 'CERTIFICATE_REVOKED', `the reason was ${data['code']}`)
      return Math.round(clock.monotonic() - start)
    })
    const revoke = {
      by: 'node',
      value: alice.nodeId,
      reason: 'laptop stolen',
      waitMs: 500
    } as const
    const [revoked, ...elapsed] = await Promise.all([
      hq.client.call('cert.revoke', revoke),
      ...cuts
    ])
    const refused = await refusalOf(alice.client.call('peer.connect', { peer: 'office/hq' }))
    expect(refused === 'CERTIFICATE_REVOKED', `alice came back: ${refused}`)
    const [atHq = 0, atBob = 0] = elapsed
    const running = [hq.nodeId, bob.nodeId] as readonly string[]
    const acks = revoked.acks ?? { applied: [], missing: [] }
    const applied = acks.applied.filter(({ nodeId }) => running.includes(nodeId)).length
    const missing = acks.missing.filter(({ nodeId }) => running.includes(nodeId)).length
    expect(applied === 2, `only ${applied} of 2 nodes say that they have applied it`)
    return {
      lines: [
        `entry ${revoked.index}: alice cut at hq after ${atHq} ms, at bob after ${atBob} ms`,
        `applied by ${applied} of ${applied + missing} nodes that run, by their signed word`,
        `alice dials again: ${refused}`
      ],
      facts: { index: revoked.index, cutAfterMs: { hq: atHq, bob: atBob }, again: refused }
    }
  }

  async function readGreeting() {
    const key = { kind: 'note', name: 'greeting', owner: 'alice' } as const
    const got = await actor('bob').client.call('record.get', key)
    expect(got.text === GREETING, `bob reads ${got.text}`)
    expect(got.signer === actor('alice').nodeId, `signed by ${got.signer}`)
    return got
  }

  return [
    { name: 'network', title: 'a network, its authority and its first node', run: network },
    { name: 'members', title: 'alice and bob join with one-time invites', run: members },
    { name: 'stranger', title: 'a stranger is refused in the handshake', run: stranger },
    { name: 'record', title: 'alice stores a signed note', run: record },
    { name: 'forgery', title: 'forged records are refused', run: forgery },
    { name: 'revocation', title: 'a revocation cuts open connections', run: revocation }
  ]
}

/** The code behind a refused call, or `ADMITTED`. */
async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ADMITTED'
  } catch (error) {
    if (!(error instanceof PeerageError)) throw error
    return String(error.details['reason'] ?? error.code)
  }
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new PeerageError('DEMO_STEP_FAILED', { reason: otherwise })
}

function require<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new PeerageError('DEMO_STEP_FAILED', { reason: otherwise })
  return value
}
