import { join } from 'node:path'
import { sha256 } from '../../crypto/digest.ts'
import { utf8 } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
import { type NetworkId, networkIdOf } from '../../identity/network-id.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
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
  /** Entry of the trust log that revokes mallory's node, and its id. */
  let revoked = 0
  let cut = ''
  const actor = (name: string) => require(actors.get(name), `${name} is not running`)
  const attackers = () => import('./attackers.ts')
  const target = (name: string): Target => {
    const { nodeId, listen } = actor(name)
    return { nodeId: nodeId as NodeId, address: require(listen[0], `${name} listens nowhere`) }
  }

  async function enroll(name: string): Promise<void> {
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
      await enroll(name)
      actors.set(name, await cast.up(name))
    }
    const all = [...actors.values()]
    await Promise.all(all.map(({ client }) => client.call('node.wait', { peers: 2 })))
    // The control of the next step: who has a certificate of the authority passes the same door.
    for (const name of ['alice', 'bob']) {
      const { nodeId } = actor(name)
      await actor('hq').event('peer.admitted', (data) => data['nodeId'] === nodeId)
    }
    const { size, root } = await actor('hq').client.call('trust.head')
    await Promise.all(all.map((each) => hasTrustLog(each, size, root)))
    return {
      lines: [
        'three processes, each admitted by its certificate, each connected to the two others',
        `one trust log of ${size} entries on each`
      ],
      facts: { nodes: all.map(({ nodeId }) => nodeId), trustSize: size, trustRoot: root }
    }
  }

  async function stranger(): Promise<Seen> {
    const hq = actor('hq')
    const { network: id, checkpoint } = await hq.client.call('trust.head')
    const { dialAsStranger } = await attackers()
    const elsewhere = networkIdOf(sha256(utf8('another network')))
    const lost = await dialAsStranger(target('hq'), { network: elsewhere, checkpoint })
    expect(lost.code === 'WRONG_NETWORK', `who comes from another network was told ${lost.code}`)
    const { nodeId, code } = await dialAsStranger(target('hq'), {
      network: id as NetworkId,
      checkpoint
    })
    const { data } = await hq.event('peer.refused', (facts) => facts['nodeId'] === nodeId)
    expect(code === 'CERTIFICATE_WRONG_ISSUER', `the stranger was told ${code}`)
    expect(data['code'] === code, `the node says ${data['code']}`)
    return {
      lines: [
        `from another network: ${lost.code}`,
        `from this one, but with a certificate of his own making: ${code}, say both sides`
      ],
      facts: { elsewhere: lost.code, stranger: code, node: data['code'] }
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
    await enroll('mallory')
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
    const witnesses = new Map(actors)
    const mallory = await cast.up('mallory')
    await mallory.client.call('node.wait', { peers: witnesses.size })
    for (const [name, witness] of witnesses) {
      expect(await isConnected(witness, mallory), `${name} and mallory were not connected before`)
      witness.forget()
    }
    mallory.forget()
    const start = clock.monotonic()
    const cuts = [...witnesses].map(async ([name, witness]) => {
      await witness.event('peer.closed', ({ nodeId, code }) => {
        return nodeId === mallory.nodeId && code === 'CERTIFICATE_REVOKED'
      })
      return [name, Math.round(clock.monotonic() - start)] as const
    })
    const [{ index, acks }, ...elapsed] = await Promise.all([
      actor('hq').client.call('cert.revoke', {
        ...{ by: 'node', value: mallory.nodeId, reason: 'forged records' },
        waitMs: LIMITS.demoEventMs
      }),
      ...cuts
    ])
    for (const [name, witness] of witnesses) {
      expect(!(await isConnected(witness, mallory)), `${name} is connected to mallory again`)
    }
    // She has to see the cut herself: until then her node has a connection and need not dial.
    await mallory.event('peer.closed', ({ nodeId }) => nodeId === actor('hq').nodeId)
    const again = await refusalOf(mallory.client.call('peer.connect', { peer: 'office/hq' }))
    expect(again === 'CERTIFICATE_REVOKED', `mallory came back: ${again}`)
    revoked = index
    cut = mallory.nodeId
    const applied = (acks?.applied ?? []).map(({ nodeId }) => nodeId as string)
    const silent = [...witnesses].filter(([, { nodeId }]) => !applied.includes(nodeId))
    expect(silent.length === 0, `no word from ${silent.map(([name]) => name).join(', ')}`)
    await readGreeting()
    const cutAfterMs = Object.fromEntries(elapsed)
    return {
      lines: [
        `cut at ${elapsed.map(([name, ms]) => `${name} after ${ms} ms`).join(', at ')}`,
        `entry ${index} of the trust log, applied by all ${applied.length}, by their signed word`,
        `mallory dials again: ${again}`
      ],
      facts: { index, cutAfterMs, again, applied }
    }
  }

  async function proof(): Promise<Seen> {
    const { id } = await actor('hq').client.call('network.show')
    const file = join(actor('hq').home, 'mallory.proof')
    await cast.run('hq', ['trust', 'export', String(revoked), '--out', file])
    const words = ['trust', 'verify', file, '--network']
    const { entry, applied } = await cast.runElsewhere([...words, id])
    const { type, value } = entry as { type: string; value: string }
    const witnesses = (applied as { nodeId: string }[]).map(({ nodeId }) => nodeId)
    expect(type === 'revoked' && value === cut, `the proof is about ${type} ${value}`)
    expect(witnesses.length === actors.size, `${witnesses.length} have signed that they cut her`)
    // The control: the same file proves nothing about another network.
    const elsewhere = await refusalOf(
      cast.runElsewhere([...words, networkIdOf(sha256(utf8('another network')))])
    )
    expect(elsewhere.startsWith('WRONG_NETWORK'), `for another network: ${elsewhere}`)
    return {
      lines: [
        `a process without node or home, which knows the network id only, verifies one file:`,
        `mallory is revoked, and ${witnesses.length} nodes have signed that they cut her`
      ],
      facts: { index: revoked, type, value, applied: witnesses, elsewhere: 'WRONG_NETWORK' }
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
    { name: 'revocation', title: 'mallory is revoked, and cut from everybody', run: revocation },
    { name: 'proof', title: 'a stranger verifies the proof of it', run: proof }
  ]
}

/** Waits until this node has exactly this trust log. */
async function hasTrustLog({ client, event }: Actor, size: number, root: string): Promise<void> {
  const head = await client.call('trust.head')
  if (head.size !== size) await event('trust.advanced', (data) => data['size'] === size)
  const reached = head.size === size ? head : await client.call('trust.head')
  expect(reached.size === size && reached.root === root, 'the nodes have different trust logs')
}

async function isConnected({ client }: Actor, { nodeId }: Actor): Promise<boolean> {
  const { items } = await client.call('peer.list', { connected: true })
  return items.some((peer) => peer.nodeId === nodeId)
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
