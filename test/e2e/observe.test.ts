import assert from 'node:assert/strict'
import { get, type IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { METRICS } from '../../src/daemon/metrics/table.ts'
import { type Daemon, type Json, json, refused, run, Sandbox } from './support.ts'

interface Got {
  readonly status: number | undefined
  readonly text: string
}

async function fetchText(port: number, path: string, headers = {}): Promise<Got> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers, agent: false }, resolve).on('error', reject)
  })
  let text = ''
  for await (const part of response.setEncoding('utf8')) text += part
  return { status: response.statusCode, text }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  await new Promise((resolve) => server.close(resolve))
  return address.port
}

describe('what an operator sees of two nodes', { timeout: 60_000 }, () => {
  const sandbox = new Sandbox()
  let hub: Daemon
  let port: number
  const home = sandbox.path('hub')
  const sampleOf = ({ metrics }: Json, name: string, labels: Json = {}) =>
    metrics
      .find((metric: Json) => metric.name === name)
      .samples.find(({ labels: own }: Json) =>
        Object.entries(labels).every(([label, value]) => own[label] === value)
      )?.value
  before(async () => {
    port = await freePort()
    await sandbox.create('hub')
    hub = await sandbox.up('hub', [], {
      variables: { PEERAGE_METRICS_LISTEN: `127.0.0.1:${port}` }
    })
    await sandbox.join(hub, 'spoke')
    const spoke = await sandbox.up('spoke')
    await spoke.waitPeers(1)
  })
  after(() => sandbox.end())

  test('metrics tell what has happened, and no node id', async () => {
    await refused('RECORD_NOT_FOUND', ['record', 'get', 'note', 'absent'], { home })
    await json(['record', 'put', 'note', 'present', 'x'], { home })
    const result = await json(['metrics'], { home })
    assert.deepEqual(
      result.metrics.map(({ name }: Json) => name),
      Object.keys(METRICS)
    )
    assert.equal(sampleOf(result, 'peerage_peers', { standing: 'neutral' }), 1)
    assert.equal(sampleOf(result, 'peerage_nodes'), 2)
    assert.equal(sampleOf(result, 'peerage_ready'), 1)
    const direction = ['inbound', 'outbound'].map((from) =>
      sampleOf(result, 'peerage_connections', { direction: from })
    )
    assert.equal(Math.max(...direction), 1)
    assert.equal(sampleOf(result, 'peerage_routing_table_peers'), 1)
    assert.ok(sampleOf(result, 'peerage_storage_limit_bytes') > 0)
    const quota = sampleOf(result, 'peerage_record_quota_ratio', { kind: 'note' })
    assert.ok(quota > 0 && quota < 1, String(quota))
    assert.equal(sampleOf(result, 'peerage_enrollments_total', { ask: 'enroll', code: 'ok' }), 1)
    const refusedGets = { method: 'record.get', code: 'RECORD_NOT_FOUND' }
    assert.equal(sampleOf(result, 'peerage_rpc_requests_total', refusedGets), 1)
    const isSoon =
      sampleOf(result, 'peerage_certificate_expiry_timestamp_seconds') * 1000 - Date.now()
    assert.ok(isSoon > 0 && isSoon < 31 * 86_400_000)
    assert.doesNotMatch(JSON.stringify(result), /12D3Koo|spoke/)
  })

  test('a revocation shows in the time that it took', async () => {
    await sandbox.join(hub, 'lost')
    await json(['cert', 'revoke', 'lost', '--reason', 'lost', '--wait', '0s'], { home })
    const result = await json(['metrics'], { home: sandbox.path('hub') })
    const { samples } = result.metrics.find(
      ({ name }: Json) => name === 'peerage_revocation_apply_seconds'
    )
    assert.equal(samples.find(({ suffix }: Json) => suffix === '_count').value, 1)
  })

  test('Prometheus reads the same over HTTP, from this machine alone', async () => {
    const { status, text } = await fetchText(port, '/metrics')
    assert.equal(status, 200)
    assert.match(text, /^peerage_ready 1$/m)
    const { stdout } = await run(['metrics'], { home })
    const names = (exposition: string) => exposition.match(/^# TYPE .*$/gm)
    assert.deepEqual(names(text), names(stdout))
    // A page in a browser comes by a name of its own.
    assert.equal((await fetchText(port, '/metrics', { host: 'evil.example' })).status, 403)
    assert.equal((await fetchText(port, '/')).status, 404)
  })

  test('an address that others reach, and one that is taken, are refused', async () => {
    const spare = sandbox.path('spare')
    await sandbox.create('spare')
    for (const place of ['0.0.0.0:9464', '192.0.2.1:9464', '127.0.0.1', 'localhost:9464']) {
      const init = { home: spare, variables: { PEERAGE_METRICS_LISTEN: place } }
      await refused('CONFIG_INVALID', ['up'], init)
    }
    const taken = { PEERAGE_METRICS_LISTEN: `127.0.0.1:${port}` }
    await refused('ADDRESS_IN_USE', ['up'], { home: spare, variables: taken })
  })

  test('healthcheck exits with 0 when ready, 1 when not, 3 without a node', async () => {
    assert.equal((await run(['healthcheck'], { home })).exit, 0)
    assert.equal((await run(['healthcheck'], { home: sandbox.path('spare') })).exit, 3)
    const lost = sandbox.path('lost')
    // Revoked while it was off: it hears so from the first peer that it meets.
    const daemon = await sandbox.up('lost')
    await daemon.event('peer.refused')
    const health = await run(['healthcheck', '--json'], { home: lost })
    assert.equal(health.exit, 1)
    const { ready, reasons } = JSON.parse(health.stdout)
    assert.deepEqual([ready, reasons[0].code], [false, 'CERTIFICATE_REVOKED'])
    assert.ok(reasons[0].remedy.length > 0)
    assert.equal((await run(['healthcheck', '--live'], { home: lost })).exit, 0)
  })
})
