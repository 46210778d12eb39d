import { formatExposition } from '../../encoding/exposition.ts'
import type { Context } from '../context.ts'
import type { Report } from '../output.ts'

/** Text for Prometheus and not for people: as long as it is. */
export async function run(context: Context): Promise<Report> {
  const result = await context.call('node.metrics', {})
  const lines = formatExposition(result.metrics).trimEnd().split('\n')
  return { json: result, text: () => lines, quiet: lines }
}
