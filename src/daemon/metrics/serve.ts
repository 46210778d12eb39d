import type { NodeApi } from '../../control/node-api.ts'
import type { Logger } from '../../log.ts'
import type { Lifecycle } from '../lifecycle.ts'

export interface MetricsServerInit {
  /** Undefined: nobody reads metrics here, and no HTTP server is loaded. */
  readonly place: string | undefined
  /** Put together when it is first asked for. */
  readonly api: () => Promise<Pick<NodeApi, 'node'>>
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** Serves the metrics of a node over HTTP where it is set. Throws `ADDRESS_IN_USE`. */
export async function serveMetrics(
  { place, api, logger, signal }: MetricsServerInit,
  lifecycle: Lifecycle
): Promise<void> {
  if (place === undefined) return
  const { listenForMetrics } = await import('./listener.ts')
  const metrics = async () => (await (await api()).node.metrics({ signal })).metrics
  lifecycle.started('metrics', await listenForMetrics({ place, metrics, logger }))
}
