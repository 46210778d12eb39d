import assert from 'node:assert/strict'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type ControlClient, connectControl } from '../../src/control/client.ts'
import { createNetwork } from '../../src/daemon/create-network.ts'
import { type ReadyDaemon, runDaemon } from '../../src/daemon/daemon.ts'
import { type ErrorCode, toPeerageError } from '../../src/errors.ts'
import { silentLogger } from '../../src/log.ts'
import { copyHome } from '../../src/testnet/copy-home.ts'
import type { DiskFault, FailingDisk } from './failing-disk.ts'

const LOOPBACK = '/ip4/127.0.0.1/tcp/0'

export interface Swept {
  /** Of the call of the runtime that failed; undefined when there were not so many. */
  readonly failed: string | undefined
  readonly writes: number
  /** Everything that somebody was answered, or that ended the command. */
  readonly codes: readonly ErrorCode[]
  readonly wasUp: boolean
}

/** Makes a network and runs its node, with one write to the disk failing. */
export class DiskSweep {
  readonly #disk: FailingDisk
  readonly #folder: string

  constructor(disk: FailingDisk, folder: string) {
    this.#disk = disk
    this.#folder = folder
  }

  async prepare(): Promise<void> {
    await this.#create('source')
    assert.deepEqual(await this.#use('source', async () => {}), { code: undefined, wasUp: true })
  }

  /** The command fails with a code, and completes what it began when it is repeated. */
  async create(failsAt?: number, fault?: DiskFault): Promise<Swept> {
    rmSync(this.#home('new'), { recursive: true, force: true })
    this.#disk.watch(failsAt, fault)
    const code = await codeOf(() => this.#create('new'))
    const { writes, failed } = this.#disk.rest()
    if (code !== undefined) await this.#create('new')
    const { wasUp } = await this.#use('new', async () => {})
    assert.ok(wasUp)
    return { failed, writes, codes: code === undefined ? [] : [code], wasUp }
  }

  /**
   * The node starts, stores, and stops. Whatever it has acknowledged is there the next time; when
   * it was up it has gone on, and when it was not, nothing is in the way of the next start.
   */
  async run(failsAt?: number, fault?: DiskFault): Promise<Swept> {
    rmSync(this.#home('copy'), { recursive: true, force: true })
    copyHome(this.#home('source'), this.#home('copy'))
    const codes: ErrorCode[] = []
    const acknowledged: string[] = []
    const put = async (client: ControlClient, name: string) => {
      const code = await codeOf(() => client.call('record.put', { kind: 'note', name, text: name }))
      if (code === undefined) acknowledged.push(name)
      else codes.push(code)
    }
    this.#disk.watch(failsAt, fault)
    const { code, wasUp } = await this.#use('copy', async (client) => {
      await put(client, 'first')
      const invite = { member: 'anna', node: 'anna' }
      const refusal = await codeOf(() => client.call('invite.create', invite))
      if (refusal !== undefined) codes.push(refusal)
      await put(client, 'second')
      await put(client, 'third')
    })
    const { writes, failed } = this.#disk.rest()
    if (code !== undefined) codes.push(code)
    const again = await this.#use('copy', async (client) => {
      for (const name of acknowledged) {
        const got = await client.call('record.get', { kind: 'note', name })
        assert.equal(got.text, name)
      }
      assert.equal((await client.call('audit.verify')).valid, true)
      assert.equal(await codeOf(() => client.call('record.put', NEXT)), undefined)
    })
    assert.deepEqual(again, { code: undefined, wasUp: true })
    return { failed, writes, codes, wasUp }
  }

  #home(name: string): string {
    return join(this.#folder, name)
  }

  async #create(name: string): Promise<void> {
    const names = { name: 'disk', node: 'hq', member: 'hq' }
    const addresses = { listen: [LOOPBACK], frontDesk: [LOOPBACK] }
    const home = this.#home(name)
    await createNetwork({ home, ...names, ...addresses, recoveryFile: false, log: silentLogger })
  }

  async #use(name: string, work: (client: ControlClient) => Promise<void>) {
    const { promise, resolve } = Promise.withResolvers<ReadyDaemon>()
    const stop = new AbortController()
    const { signal } = stop
    const home = this.#home(name)
    const running = codeOf(() => runDaemon({ home, log: silentLogger, onReady: resolve, signal }))
    const ready = await Promise.race([promise, running.then(() => undefined)])
    if (ready === undefined) return { code: await running, wasUp: false }
    const client = await connectControl(ready.control)
    try {
      await work(client)
    } finally {
      client.close()
      stop.abort()
    }
    const code = await running
    assert.equal(existsSync(ready.control), false)
    return { code, wasUp: true }
  }
}

const NEXT = { kind: 'note', name: 'next', text: 'next' } as const

async function codeOf(work: () => Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    const { code } = toPeerageError(error)
    // A bug has no code: its stack says where it is.
    if (code === 'INTERNAL') throw error
    return code
  }
}
