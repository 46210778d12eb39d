import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { afterEach, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { noise } from '@chainsafe/libp2p-noise'
import { lpStream } from '@libp2p/utils'
import { decode } from 'cborg'
import { utf8 } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { encodeVarint } from '../../src/encoding/varint.ts'
import { ERRORS, PeerageError } from '../../src/errors.ts'
import type { OpenedInvite } from '../../src/identity/invite.ts'
import { LIMITS } from '../../src/limits.ts'
import { ENROLLMENT_PROTOCOL } from '../../src/overlay/enrollment-channel.ts'
import { joinNetwork } from '../../src/protocols/enrollment/index.ts'
import { foregroundScheduler } from '../../src/time/scheduler.ts'
import {
  createTestAuthority,
  openTestDesk,
  type TestAuthority,
  type TestDesk,
  type TestDeskInit
} from '../support/front-desk.ts'
import { connectRaw, type RawJoiner } from '../support/raw-joiner.ts'
import { memoryTrustStore } from '../support/trust-network.ts'

const FREE = { ratePerAddressPerMinute: 1e6, burstPerAddress: 1e6, ratePerMinute: 1e6 }

describe('a front desk among strangers', { timeout: 60_000 }, () => {
  let authority: TestAuthority
  let desk: TestDesk | undefined
  const joiners: RawJoiner[] = []
  before(() => {
    authority = createTestAuthority('strangers')
  })
  afterEach(async () => {
    for (const joiner of joiners.splice(0)) await joiner.stop()
    await desk?.stop()
    desk = undefined
  })

  async function open(init: TestDeskInit = FREE): Promise<TestDesk> {
    // Its timers move with the clock of the authority, and only then.
    desk = await openTestDesk(authority, { scheduler: authority.clock, ...init })
    return desk
  }

  const address = () => authority.frontDesk[0] ?? assert.fail('the desk does not listen')

  async function meet(): Promise<RawJoiner> {
    const joiner = await connectRaw(address(), authority.log.network)
    joiners.push(joiner)
    return joiner
  }

  /** Opens the stream of enrollment, says something and returns what answers are read from. */
  async function say(joiner: RawJoiner, ...messages: readonly Uint8Array[]) {
    const frames = lpStream(await joiner.connection.newStream(ENROLLMENT_PROTOCOL))
    for (const message of messages) await frames.write(message)
    return frames
  }

  type Frames = Awaited<ReturnType<typeof say>>

  async function statusOf(frames: Frames): Promise<number> {
    const answer = decode((await frames.read()).subarray())
    return answer.status
  }

  async function join(node: string) {
    const { clock } = authority
    const components = {
      ...{ key: authority.nodeKey(), clock, scheduler: foregroundScheduler },
      stage: memoryTrustStore
    }
    return await joinNetwork(components, authority.invite({ node }))
  }

  /** Lets the deadlines of the desk pass until it ends the connection. */
  async function passTime({ connection, closed }: RawJoiner): Promise<void> {
    assert.equal(connection.status, 'open')
    let isClosed = false
    void closed.then(() => {
      isClosed = true
    })
    while (!isClosed) {
      authority.clock.advance(LIMITS.enrollMs)
      await setImmediate()
    }
  }

  test('[SR-ADM-1] speaks enrollment and nothing else', async () => {
    await open()
    const joiner = await meet()
    for (const protocol of [
      '/ipfs/id/1.0.0',
      '/ipfs/id/push/1.0.0',
      '/ipfs/ping/1.0.0',
      '/ipfs/kad/1.0.0',
      '/peerage/kad/1.0.0',
      '/peerage/trust-sync/1.0.0',
      '/peerage/record/1.0.0'
    ]) {
      await assert.rejects(joiner.connection.newStream(protocol), {
        name: 'UnsupportedProtocolError'
      })
    }
    const stream = await joiner.connection.newStream(ENROLLMENT_PROTOCOL)
    assert.equal(stream.protocol, ENROLLMENT_PROTOCOL)
  })

  test('[SR-ADM-1] does not complete a handshake without its prologue', async () => {
    await open()
    const { network } = authority.log
    for (const prologue of ['', `peerage/1|${network}`, 'peerage/1|front-desk|other']) {
      const connectionEncrypters = [noise({ prologueBytes: utf8(prologue) })]
      await assert.rejects(connectRaw(address(), network, 'Ed25519', { connectionEncrypters }), {
        name: 'EncryptionFailedError'
      })
    }
  })

  test('cuts a node whose key is not Ed25519 before it can say anything', async () => {
    const { outcomes } = await open()
    const joiner = await connectRaw(address(), authority.log.network, 'secp256k1')
    joiners.push(joiner)
    await joiner.closed
    assert.equal(outcomes.length, 0)
  })

  test('cuts a socket that stays silent in the handshake', async () => {
    await open({ ...FREE, idleMs: 50 })
    const socket = connect(Number(/tcp\/(\d+)/.exec(address())?.[1]), '127.0.0.1')
    // A reset is one way to be cut: it is an error first, and the end in any case.
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('close', resolve))
  })

  test('cuts a connection on which nothing is asked', async () => {
    await open()
    await passTime(await meet())
  })

  test('cuts a joiner that opens the stream and stays silent', async () => {
    const { outcomes } = await open()
    const joiner = await meet()
    await say(joiner)
    await passTime(joiner)
    assert.equal(outcomes.length, 0)
  })

  test('cuts a joiner that stops in the middle of a message', async () => {
    await open()
    const joiner = await meet()
    const stream = await joiner.connection.newStream(ENROLLMENT_PROTOCOL)
    stream.send(Uint8Array.of(100, 1, 2, 3))
    await passTime(joiner)
  })

  test('cuts a joiner that was enrolled and then stays silent', async () => {
    await open()
    const joiner = await meet()
    const frames = await say(joiner, enrollRequest(authority.invite({ node: 'silent' })))
    assert.equal(await statusOf(frames), 0)
    await passTime(joiner)
  })

  for (const [what, bytes] of Object.entries({
    'no length': new Uint8Array(64).fill(0xff),
    'a length above the limit': encodeVarint(LIMITS.enrollRequestBytesMax + 1),
    'a length of two gigabytes': Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x07),
    'an empty message': Uint8Array.of(0)
  })) {
    test(`cuts a joiner that sends ${what}`, async () => {
      const { outcomes } = await open()
      const joiner = await meet()
      const stream = await joiner.connection.newStream(ENROLLMENT_PROTOCOL)
      stream.send(bytes)
      await joiner.closed
      assert.equal(outcomes.length, 0)
    })
  }

  test('cuts a joiner whose request is one byte larger than allowed', async () => {
    const { outcomes } = await open()
    const joiner = await meet()
    await say(joiner, new Uint8Array(LIMITS.enrollRequestBytesMax + 1))
    await joiner.closed
    assert.equal(outcomes.length, 0)
  })

  for (const [what, request] of Object.entries({
    garbage: () => new Uint8Array(64).fill(0xa5),
    'an unknown field': () => encodeCbor({ ...message(authority.invite()), more: 1 }),
    'another version': () => encodeCbor({ ...message(authority.invite()), version: 2 }),
    'a short secret': () =>
      encodeCbor({ ...message(authority.invite()), secret: new Uint8Array(31) }),
    'a question about the log before being enrolled': () =>
      encodeCbor({ version: 1, ask: 'entries', from: 0 })
  })) {
    test(`answers MESSAGE_MALFORMED to ${what}, and ends`, async () => {
      const { outcomes } = await open()
      const joiner = await meet()
      const frames = await say(joiner, request())
      assert.equal(await statusOf(frames), ERRORS.MESSAGE_MALFORMED.number)
      await joiner.closed
      assert.deepEqual(
        outcomes.map(({ code }) => code),
        ['MESSAGE_MALFORMED']
      )
    })
  }

  test('serves each page of the log once and in order', async () => {
    await open()
    for (const [node, from] of Object.entries({ ahead: 1, far: 1e6 })) {
      const frames = await say(await meet(), enrollRequest(authority.invite({ node })))
      assert.equal(await statusOf(frames), 0)
      await frames.write(encodeCbor({ version: 1, ask: 'entries', from }))
      assert.equal(await statusOf(frames), ERRORS.MESSAGE_MALFORMED.number)
    }
    const frames = await say(await meet(), enrollRequest(authority.invite({ node: 'twice' })))
    assert.equal(await statusOf(frames), 0)
    await frames.write(encodeCbor({ version: 1, ask: 'entries', from: 0 }))
    assert.equal(await statusOf(frames), 0)
    await assert.rejects(async () => {
      await frames.write(encodeCbor({ version: 1, ask: 'entries', from: 0 }))
      await frames.read()
    })
  })

  test('takes no second enrollment on one connection', async () => {
    await open()
    const joiner = await meet()
    await say(joiner)
    await assert.rejects(async () => {
      const frames = await say(joiner, enrollRequest(authority.invite({ node: 'second' })))
      await frames.read()
    })
  })

  test('[SR-ADM-4] answers ENROLLMENT_RATE_LIMITED when too many come, and takes them later', async () => {
    const { outcomes } = await open({ ...FREE, ratePerMinute: 2 })
    await join('rate-1')
    await join('rate-2')
    await assert.rejects(join('rate-3'), { code: 'ENROLLMENT_RATE_LIMITED' })
    assert.equal(outcomes.at(-1)?.code, 'ENROLLMENT_RATE_LIMITED')
    authority.clock.advance(30_000)
    await join('rate-4')
  })

  test('[SR-ADM-4] cuts one address that comes too often, before the handshake', async () => {
    const { outcomes } = await open({ ...FREE, ratePerAddressPerMinute: 60, burstPerAddress: 2 })
    await join('often-1')
    await join('often-2')
    await assert.rejects(join('often-3'), (error) => {
      assert.ok(error instanceof PeerageError)
      assert.equal(error.code, 'FRONT_DESK_UNREACHABLE')
      assert.deepEqual(error.details['tried'], [{ address: address(), code: 'CONNECTION_CLOSED' }])
      assert.match(String(error.details['suggestion']), /call too often: wait a minute/)
      return true
    })
    assert.equal(outcomes.length, 2)
    authority.clock.advance(1000)
    await join('often-4')
  })

  test('holds no more strangers at once than it may', async () => {
    await open({ ...FREE, connectionsMax: 2 })
    const first = await meet()
    // A stranger is inside once it was answered; the handshake alone says so to one side only.
    await say(first)
    await say(await meet())
    // The socket is reset, during the handshake or right after it was accepted.
    await assert.rejects(meet())
    await passTime(first)
    await meet()
  })

  test('cuts the strangers it has when it is closed', async () => {
    const { host } = await open()
    const joiner = await meet()
    await say(joiner)
    await host.stop()
    await joiner.closed
    await assert.rejects(join('late'), { code: 'FRONT_DESK_UNREACHABLE' })
  })

  test('says ADDRESS_IN_USE when another program listens there', async () => {
    await open()
    const listen = [address().replace(/\/p2p\/.*/, '')]
    await assert.rejects(openTestDesk(authority, { listen }), { code: 'ADDRESS_IN_USE' })
  })

  test('says ADDRESS_INVALID when this machine has no such address', async () => {
    const listen = ['/ip4/203.0.113.1/tcp/0']
    await assert.rejects(openTestDesk(authority, { listen }), { code: 'ADDRESS_INVALID' })
  })
})

function message({ id, secret }: OpenedInvite) {
  return { version: 1, ask: 'enroll', invite: id, secret }
}

function enrollRequest(invite: OpenedInvite): Uint8Array {
  return encodeCbor(message(invite))
}
