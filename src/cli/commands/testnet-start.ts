import { NodeProcess } from '../../testnet/node-process.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { testnetOf } from '../testnet-named.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const folder = testnetOf(input)
  const node = input.argument('node')
  folder.requireHome(node)
  const daemon = new NodeProcess(context.environment, folder, node)
  const progress = context.startProgress(`starting ${node}`)
  try {
    const { nodeId, listen } = await daemon.start()
    return {
      json: { testnet: folder.name, node, nodeId, listen, home: daemon.home, pid: daemon.pid() },
      text: (paint) => done(paint, `${node} is up`, [['home', daemon.home]]),
      quiet: [daemon.home],
      next: `peerage testnet exec ${node} -- status`
    }
  } finally {
    progress.end()
  }
}
