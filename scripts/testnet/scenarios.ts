import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Testnet } from './testnet.ts'

const SETTLED_MS = 60_000
const LOOK_EVERY_MS = 200

export interface Scenario {
  readonly name: string
  /** Returns what it saw. Throws when that is not what has to be. */
  run(testnet: Testnet): Promise<string>
}

/** In this order: the last of the ordinary nodes is a member no more after the fourth. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'join',
    async run(testnet) {
      for (const node of testnet.nodes) {
        await until(`${node} is ready`, async () => {
          const peers = await call(testnet, node, ['wait', 'ready', '--peers', '1'])
          return peers !== undefined
        })
      }
      const { items } = await mustCall(testnet, authorityOf(testnet), ['member', 'ls'])
      assert.equal((items as unknown[]).length, testnet.nodes.length)
      return `${testnet.nodes.length} members, each with a peer`
    }
  },
  {
    name: 'records',
    async run(testnet) {
      const [writer, ...readers] = ordinaryOf(testnet)
      await mustCall(testnet, writer, ['record', 'put', 'note', 'greeting', 'hello'])
      for (const reader of readers) await reads(testnet, reader, writer)
      return `written by ${writer}, read by ${readers.length} others`
    }
  },
  {
    name: 'kill and return',
    async run(testnet) {
      const [writer, victim, reader = ''] = ordinaryOf(testnet)
      const before = await mustCall(testnet, victim, ['status'])
      await testnet.kill(victim)
      await reads(testnet, reader, writer)
      await testnet.start(victim)
      const { nodeId } = await mustCall(testnet, victim, ['status'])
      assert.equal(nodeId, before['nodeId'])
      await reads(testnet, victim, writer)
      return `${victim} is the same node again, and reads`
    }
  },
  {
    name: 'revocation',
    async run(testnet) {
      const ordinary = ordinaryOf(testnet)
      const revoked = ordinary.at(-1) ?? ''
      const words = [
        'cert',
        'revoke',
        `${revoked}/${revoked}`,
        '--reason',
        'scenario',
        '--wait',
        '10s'
      ]
      await mustCall(testnet, authorityOf(testnet), words)
      for (const node of testnet.nodes.filter((name) => name !== revoked)) {
        await until(`${node} has cut ${revoked}`, async () => {
          const answer = await call(testnet, node, ['peer', 'ls', '--connected'])
          return answer !== undefined && !JSON.stringify(answer).includes(`"${revoked}"`)
        })
      }
      return `${revoked} is connected to nobody`
    }
  },
  {
    name: 'partition and heal',
    async run(testnet) {
      const [writer, parted, reader = ''] = ordinaryOf(testnet)
      await testnet.part(parted)
      try {
        await mustCall(testnet, writer, ['record', 'put', 'note', 'meanwhile', 'hello'])
        await reads(testnet, reader, writer, 'meanwhile')
      } finally {
        await testnet.heal(parted)
      }
      await reads(testnet, parted, writer, 'meanwhile')
      return `${parted} reads what was written without it`
    }
  },
  {
    name: 'rolling restart',
    async run(testnet) {
      const [writer, reader, ...rest] = ordinaryOf(testnet)
      for (const node of [authorityOf(testnet), ...rest.slice(0, -1)]) {
        await testnet.restart(node)
        await reads(testnet, reader, writer, 'greeting', 2)
      }
      return 'no read failed after one retry'
    }
  },
  {
    name: 'stranger',
    async run(testnet) {
      const [node] = ordinaryOf(testnet)
      const { exit, stdout, stderr } = await testnet.strangerDials(node)
      assert.notEqual(exit, 0, 'the stranger was let in')
      const answer = await mustCall(testnet, node, ['peer', 'ls', '--connected'])
      assert.doesNotMatch(JSON.stringify(answer), /"stranger"/)
      return `refused: ${codeOf(stdout) ?? stderr.trim()}`
    }
  }
]

export function codeOf(stdout: string): string | undefined {
  return /"code":"(\w+)"/.exec(stdout)?.[1]
}

function authorityOf({ nodes }: Testnet): string {
  return nodes[0] ?? ''
}

/** Without the authority and the node that others meet at. */
function ordinaryOf({ nodes }: Testnet): readonly [string, string, ...string[]] {
  const [first, second, ...rest] = nodes.slice(2)
  assert.ok(first !== undefined && second !== undefined, 'too few nodes')
  return [first, second, ...rest]
}

type Answer = Readonly<Record<string, unknown>>

async function call(
  testnet: Testnet,
  node: string,
  words: readonly string[]
): Promise<Answer | undefined> {
  const { exit, stdout } = await testnet.exec(node, [...words, '--json'])
  return exit === 0 ? JSON.parse(stdout) : undefined
}

async function mustCall(testnet: Testnet, node: string, words: readonly string[]): Promise<Answer> {
  const { exit, stdout, stderr } = await testnet.exec(node, [...words, '--json'])
  assert.equal(exit, 0, `${node}: peerage ${words.join(' ')}: ${stdout}${stderr}`)
  return JSON.parse(stdout)
}

/** Tries until the patience is over, or as often as said. */
async function reads(
  testnet: Testnet,
  reader: string,
  writer: string,
  name = 'greeting',
  tries = Number.POSITIVE_INFINITY
): Promise<void> {
  let left = tries
  await until(`${reader} reads ${name} of ${writer}`, async () => {
    const words = ['record', 'get', 'note', name, '--owner', writer]
    const { exit, stdout } = await testnet.exec(reader, words)
    if (exit === 0) return stdout.trim() === 'hello'
    left -= 1
    assert.ok(left > 0, `${reader} could not read ${name} of ${writer} in ${tries} tries`)
    return false
  })
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + SETTLED_MS
  while (!(await isSo())) {
    assert.ok(performance.now() < end, `not within ${SETTLED_MS / 1000} s: ${what}`)
    await pause(LOOK_EVERY_MS)
  }
}
