import { PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import { NodeProcess } from '../../testnet/node-process.ts'
import { raise } from '../../testnet/raise.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { cutTable } from '../list-report.ts'
import { count, LINES_MAX, type Report } from '../output.ts'
import { testnetOf } from '../testnet-named.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const { environment } = context
  const nodes = nodesWanted(input.argument('nodes'))
  const folder = testnetOf(input)
  folder.create()
  const stop = new AbortController()
  const endAll = async (): Promise<void> => {
    const started = folder.nodes().map((node) => new NodeProcess(environment, folder, node))
    await Promise.all(started.map((node) => node.end('SIGKILL')))
  }
  const stopListening = environment.onStopSignal(() => {
    stop.abort(new PeerageError('TESTNET_FAILED', { reason: 'it was interrupted' }))
    // What waits for a daemon goes on, and fails, when the daemon has ended.
    void endAll()
  })
  const progress = context.startProgress(`starting ${count(nodes, 'node')}`)
  try {
    const raised = await raise(environment, folder, { count: nodes, signal: stop.signal })
    stop.signal.throwIfAborted()
    return report(folder, raised, context)
  } catch (thrown) {
    await endAll()
    folder.remove()
    throw stop.signal.aborted ? stop.signal.reason : thrown
  } finally {
    progress.end()
    stopListening()
  }
}

function nodesWanted(text: string): number {
  const nodes = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (nodes >= 1 && nodes <= LIMITS.testnetNodesMax) return nodes
  const reason = `a testnet has 1 to ${LIMITS.testnetNodesMax} nodes`
  throw new PeerageError('INVALID_ARGUMENT', { argument: 'nodes', reason })
}

function report(
  folder: { readonly name: string; readonly directory: string },
  nodes: Awaited<ReturnType<typeof raise>>,
  { program }: Context
): Report {
  const { name, directory } = folder
  const option = name === 'default' ? '' : ` --name ${name}`
  return {
    json: { name, directory, nodes },
    text: (paint) => [
      `${paint('good', '✔')} testnet ${name}: ${count(nodes.length, 'node')} up, enrolled and connected`,
      ...cutTable(paint, {
        heading: ['NODE', 'TALK TO IT'],
        rows: nodes.map(({ node, home }) => [node, `${program} --home ${home}`]),
        empty: '',
        linesMax: LINES_MAX - 2,
        all: `${program} testnet ls${option} --json`
      })
    ],
    quiet: nodes.map(({ home }) => home),
    next: `peerage testnet exec node-1${option} -- status`
  }
}
