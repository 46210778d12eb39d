import { connectControl } from '../../control/client.ts'
import { NodeProcess } from '../../testnet/node-process.ts'
import { TestnetFolder } from '../../testnet/testnet-folder.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { testnetOf } from '../testnet-named.ts'

/** A daemon of this machine that takes longer is not well. */
const STATUS_MS = 2_000

interface Listed {
  readonly testnet: string
  readonly node: string
  /** `silent`: its process runs, and does not answer. */
  readonly state: 'up' | 'silent' | 'ended'
  readonly peers: number
  readonly pid: number | undefined
  readonly home: string
}

export async function run(context: Context, input: Input): Promise<Report> {
  const folders = input.text('name') === undefined ? TestnetFolder.all() : [testnetOf(input)]
  for (const folder of folders) folder.requireExisting()
  const listing = folders.flatMap((folder) =>
    folder.nodes().map((node) => look(context, folder, node))
  )
  const items = await Promise.all(listing)
  return listReport(
    { context, input },
    { items, nextCursor: null },
    {
      heading: ['TESTNET', 'NODE', 'STATE', 'PEERS', 'HOME'],
      row: ({ testnet, node, state, peers, home }) => [testnet, node, state, `${peers}`, home],
      id: ({ home }) => home,
      empty: 'no testnet is up',
      next: items.length === 0 ? 'peerage testnet up 3' : 'peerage testnet exec NODE -- status'
    }
  )
}

async function look(
  { environment }: Context,
  folder: TestnetFolder,
  node: string
): Promise<Listed> {
  const daemon = new NodeProcess(environment, folder, node)
  const { home } = daemon
  const pid = daemon.pid()
  const listed = { testnet: folder.name, node, peers: 0, pid, home }
  if (pid === undefined) return { ...listed, state: 'ended' }
  try {
    const client = await connectControl(`${home}/control.sock`)
    try {
      const { peers } = await client.call('node.status', {}, { timeoutMs: STATUS_MS })
      return { ...listed, state: 'up', peers: peers.connected }
    } finally {
      client.close()
    }
  } catch {
    // Why does not matter here: the log of the node and `exec NODE -- status` tell.
    return { ...listed, state: 'silent' }
  }
}
