import { NodeProcess } from '../../testnet/node-process.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, type Report } from '../output.ts'
import { testnetOf } from '../testnet-named.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const folder = testnetOf(input)
  folder.requireExisting()
  const { name, directory } = folder
  const nodes = folder.nodes()
  const progress = context.startProgress(`stopping ${count(nodes.length, 'node')}`)
  try {
    const daemons = nodes.map((node) => new NodeProcess(context.environment, folder, node))
    const ended = await Promise.all(daemons.map((daemon) => daemon.end()))
    folder.remove()
    const stopped = ended.filter(Boolean).length
    return {
      json: { name, directory, nodes: nodes.length, stopped },
      text: (paint) =>
        done(paint, `testnet ${name} is gone`, [
          ['stopped', count(stopped, 'node')],
          ['removed', directory]
        ]),
      next: 'peerage testnet up 3'
    }
  } finally {
    progress.end()
  }
}
