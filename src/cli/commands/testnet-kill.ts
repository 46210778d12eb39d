import { NodeProcess } from '../../testnet/node-process.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { testnetOf } from '../testnet-named.ts'

export async function run({ environment }: Context, input: Input): Promise<Report> {
  const folder = testnetOf(input)
  const node = input.argument('node')
  folder.requireHome(node)
  const killed = await new NodeProcess(environment, folder, node).end('SIGKILL')
  return {
    json: { testnet: folder.name, node, killed },
    text: (paint) => done(paint, killed ? `${node} was killed` : `${node} had ended before`),
    next: `peerage testnet start ${node}`
  }
}
