import type { Environment } from '../cli/environment.ts'
import { connectControl } from '../control/client.ts'
import type { ReadyDaemon } from '../daemon/daemon.ts'
import { LIMITS } from '../limits.ts'
import { NodeProcess } from './node-process.ts'
import { nodeName, type TestnetFolder } from './testnet-folder.ts'

const LOOPBACK = '/ip4/127.0.0.1/tcp/0'

export interface RaisedNode extends ReadyDaemon {
  readonly node: string
  readonly home: string
  readonly pid: number
}

/**
 * Founds a network in the folder, lets the other nodes join and starts a daemon for each, at the
 * same time as far as one does not need another. Returns when all are connected. Throws
 * `TESTNET_FAILED` and what founding and joining throw, but not before all of it has settled; what
 * was made until then stays there. After `signal` nothing more is started.
 */
export async function raise(
  environment: Environment,
  folder: TestnetFolder,
  { count, signal }: { readonly count: number; readonly signal: AbortSignal }
): Promise<readonly RaisedNode[]> {
  const { daemonSide } = environment
  const log = await daemonSide.createLogger('error')
  const first = nodeName(1)
  await daemonSide.createNetwork({
    ...{ home: folder.home(first), name: folder.name, node: first, member: first, log },
    ...{ listen: [LOOPBACK], frontDesk: [LOOPBACK], recoveryFile: false }
  })
  signal.throwIfAborted()
  const authority = await start(environment, folder, first)
  const client = await connectControl(authority.control)
  const join = async (name: string): Promise<void> => {
    const { invite } = await client.call('invite.create', { member: name, node: name })
    signal.throwIfAborted()
    const init = { home: folder.home(name), listen: [LOOPBACK], log, progress() {} }
    await daemonSide.joinNetwork({ ...init, inviteText: invite })
  }
  try {
    const names = Array.from({ length: count - 1 }, (_, i) => nodeName(i + 2))
    // All before the first starts: none has to hear of those that come after it, one by one.
    await allSettled(names.map(join))
    signal.throwIfAborted()
    const others = await allSettled(names.map((name) => start(environment, folder, name)))
    await Promise.all(others.map(connected))
    return [authority, ...others]
  } finally {
    client.close()
  }
}

/** Like `Promise.all`, but nothing goes on behind the back of whoever gets the error. */
async function allSettled<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(work)
  return await Promise.all(work)
}

async function start(
  environment: Environment,
  folder: TestnetFolder,
  node: string
): Promise<RaisedNode> {
  const daemon = new NodeProcess(environment, folder, node)
  const { nodeId, listen, frontDesk, control } = await daemon.start()
  return { node, home: daemon.home, pid: daemon.pid() ?? 0, nodeId, listen, frontDesk, control }
}

async function connected({ control }: RaisedNode): Promise<void> {
  const client = await connectControl(control)
  try {
    await client.call('node.wait', { peers: 1, timeoutMs: LIMITS.rpcCallMsDefault })
  } finally {
    client.close()
  }
}
