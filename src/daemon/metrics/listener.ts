import { createServer, type IncomingMessage } from 'node:http'
import { EXPOSITION_TYPE, formatExposition, type MetricFamily } from '../../encoding/exposition.ts'
import { PeerageError, toPeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Stop } from '../lifecycle.ts'

export interface MetricsListenerInit {
  /** Like `127.0.0.1:9464`. */
  readonly place: string
  readonly metrics: () => Promise<readonly MetricFamily[]>
  readonly logger: Logger
}

const LOCAL_NAME = /^(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?$/

/**
 * Serves the metrics to a Prometheus on this machine. A request that names another host is refused:
 * a page in a browser here can reach the port under a name of its own, and must not read it.
 *
 * Throws `ADDRESS_IN_USE`.
 */
export async function listenForMetrics(init: MetricsListenerInit): Promise<Stop> {
  const { place, metrics, logger } = init
  const timeout = LIMITS.metricsRequestMs
  const server = createServer(
    { requestTimeout: timeout, headersTimeout: timeout },
    async (request, response) => {
      const [status, text] = await answer(request)
      response.writeHead(status, { 'content-type': EXPOSITION_TYPE, connection: 'close' })
      response.end(text)
    }
  )
  server.maxConnections = LIMITS.metricsConnectionsMax

  async function answer({ headers, url, method }: IncomingMessage): Promise<[number, string]> {
    if (!LOCAL_NAME.test(headers.host ?? '')) return [403, '']
    if (url !== '/metrics') return [404, '']
    if (method !== 'GET') return [405, '']
    try {
      return [200, formatExposition(await metrics())]
    } catch (thrown) {
      logger.warn('metrics.failed', { code: toPeerageError(thrown).code })
      return [500, '']
    }
  }

  const { hostname, port } = new URL(`tcp://${place}`)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new PeerageError('ADDRESS_IN_USE', { address: place }, cause))
    })
    server.listen({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }, resolve)
  })
  return () => {
    server.close()
    server.closeAllConnections()
  }
}
