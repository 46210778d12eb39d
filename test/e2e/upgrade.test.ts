import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { MIGRATIONS } from '../../src/storage/migrations.ts'
import { json, refused, Sandbox } from './support.ts'

/**
 * Homes that earlier versions of this program have written, packed as they were but for their sockets.
 * Schema 11 (commit 4eaf7b9): the authority of `acme` with members bob and eve, eve/eve revoked, and the
 * note `greeting` in its second version. Schema 1 (commit d3a6f4f): a network of the first drafts.
 */
const FIXTURES = join(import.meta.dirname, '../fixtures')
/** When the home of schema 11 was written. */
const WRITTEN_AT = 1_795_665_894_988

const sandbox = new Sandbox()
after(() => sandbox.end())

function unpack(archive: string, name: string): string {
  execFileSync('tar', ['-xzf', join(FIXTURES, archive), '-C', sandbox.directory])
  execFileSync('mv', [sandbox.path('hq'), sandbox.path(name)])
  return sandbox.path(name)
}

function versionOf(home: string): number {
  const db = new DatabaseSync(join(home, 'state.db'), { readOnly: true })
  try {
    return Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
  } finally {
    db.close()
  }
}

/** The certificate of the home has ended since; the node is shown the time of then. */
const then = () => ({ clockMs: WRITTEN_AT + 60_000 - Date.now() })

describe('[SR-AVL-2] a home that another version has written', { timeout: 60_000 }, () => {
  test('is migrated by the first start, and nothing of it is lost', async () => {
    const home = unpack('home-of-schema-11.tar.gz', 'older')
    assert.equal(versionOf(home), 11)
    const keys = readFileSync(join(home, 'authority.key'))
    const daemon = await sandbox.up('older', [], then())
    const status = await daemon.call('node.status')
    assert.deepEqual([status.network.name, status.node], ['acme', 'hq'])
    // Its holders of then are not there: what is here is shown.
    const { items: records } = await daemon.call('record.list')
    assert.deepEqual(
      records.map(({ name, version }: { name: string; version: number }) => [name, version]),
      [['greeting', 2]]
    )
    const { items } = await daemon.call('cert.list')
    const states = items.map(({ node, state }: { node: string; state: string }) => [node, state])
    assert.deepEqual(states.toSorted(), [
      ...[
        ['bob', 'valid'],
        ['eve', 'revoked'],
        ['hq', 'valid']
      ]
    ])
    // What came later works on it, and the key signs what follows.
    await daemon.call('member.set', { member: 'bob', addGroups: ['after'] })
    await json(['audit', 'verify'], { home })
    await daemon.stop()
    assert.equal(versionOf(home), MIGRATIONS.length)
    assert.deepEqual(readFileSync(join(home, 'authority.key')), keys)
  })

  test('that is newer is refused, and left as it was', async () => {
    const home = unpack('home-of-schema-11.tar.gz', 'newer')
    const db = new DatabaseSync(join(home, 'state.db'))
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`)
    db.close()
    const bytes = readFileSync(join(home, 'state.db'))
    await refused('STORAGE_TOO_NEW', ['up'], { home, ...then() })
    const words = ['--passphrase-file', sandbox.file('passphrase', 'x\n')]
    await refused('STORAGE_TOO_NEW', ['backup', sandbox.path('b'), ...words], { home })
    await refused('STORAGE_TOO_NEW', ['trust', 'export', '--log', '--out', sandbox.path('l')], {
      ...{ home, ...then() }
    })
    assert.deepEqual(readFileSync(join(home, 'state.db')), bytes)
  })

  test('that has a network of the first drafts is refused by name, and left as it was', async () => {
    const home = unpack('home-of-schema-1.tar.gz', 'draft')
    await refused('STORAGE_TOO_OLD', ['up'], { home, ...then() })
    await refused('STORAGE_TOO_OLD', ['up'], { home, ...then() })
  })
})
