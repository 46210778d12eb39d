import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { createNetwork } from '../../../src/daemon/create-network.ts'
import { openHome } from '../../../src/daemon/home.ts'
import { toBase64url } from '../../../src/encoding/bytes.ts'
import { parseNodeId } from '../../../src/identity/node-id.ts'
import { silentLogger } from '../../../src/log.ts'
import { createCertificateStore } from '../../../src/storage/certificate-store.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createSettingsStore } from '../../../src/storage/settings-store.ts'
import { accepted } from '../../support/trust-network.ts'

describe('a new network', () => {
  const directory = mkdtempSync(join(tmpdir(), 'peerage-create-'))
  after(() => rmSync(directory, { recursive: true }))
  const create = { name: 'acme', node: 'hq', member: 'office', log: silentLogger }
  const listen = ['/ip4/127.0.0.1/tcp/0']

  test('has the certificate of its founder among those that it issued', async () => {
    const home = join(directory, 'one')
    const { node } = await createNetwork({ ...create, home, listen, frontDesk: [] })
    const db = openDatabase(openHome(home).database)
    const issued = createCertificateStore(db).newest(accepted(parseNodeId(node.id)))
    assert.equal(
      toBase64url(issued?.bytes ?? new Uint8Array()),
      createSettingsStore(db).get('certificate')
    )
    db.close()
  })

  test('writes down what was given, and as comments what else can be set', async () => {
    const home = join(directory, 'two')
    await createNetwork({ ...create, home, listen, frontDesk: [] })
    const text = readFileSync(openHome(home).config, 'utf8')
    assert.match(text, /^listen = \[ "\/ip4\/127\.0\.0\.1\/tcp\/0" \]$/m)
    assert.match(text, /^#front_desk = /m)
  })
})
