import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type Daemon, type Json, json, LOOPBACK, refused, Sandbox } from './support.ts'

describe('[SR-ID-2] a node whose site has no network to the authority', {
  timeout: 120_000
}, () => {
  const sandbox = new Sandbox()
  const path = (name: string) => sandbox.path(name)
  let network = ''
  let bob: Daemon
  let vault = ''

  before(async () => {
    const created = await sandbox.create('vault', ['--member', 'office'])
    network = created.network.id
    const hq = await sandbox.up('vault')
    vault = hq.home
    await sandbox.join(hq, 'bob')
    bob = await sandbox.up('bob')
    await bob.waitPeers(1)
    await hq.stop()
  })
  after(() => sandbox.end())

  const csr = (home: string, out: string, id = network) => [
    ...['cert', 'csr', '--network', id, '--member', 'till', '--node', home],
    ...['--listen', LOOPBACK, '--out', path(out), '--home', path(home)]
  ]
  const sign = (request: string, out: string, ...words: string[]) => [
    ...['authority', 'sign', path(request), '--out', path(out), '--home', vault],
    ...words
  ]
  const take = (home: string, file: string, ...words: string[]) => [
    ...['cert', 'import', path(file), '--home', path(home)],
    ...words
  ]

  test('asks by a file that openssl verifies, and joins with the answer', async () => {
    const asked = await json(csr('till', 'till.csr'))
    const { status, stderr } = spawnSync('openssl', ['req', '-verify', '-in', path('till.csr')])
    assert.equal(status, 0, String(stderr))
    const dry = await json(sign('till.csr', 'never', '--dry-run'))
    assert.deepEqual([dry.member, dry.node, dry.nodeId], ['till', 'till', asked.nodeId])
    const signed = await json(sign('till.csr', 'till.signed', '--group', 'tills'))
    assert.equal(signed.nodeId, asked.nodeId)
    const [address] = bob.ready.listen
    const joined = await json(take('till', 'till.signed', '--peer', address))
    assert.deepEqual([joined.node.id, joined.groups], [asked.nodeId, ['tills']])
    const till = await sandbox.up('till')
    await till.waitPeers(1)
    // The rest of the network learns of it from the node itself, or by the same file.
    await json(['trust', 'import', path('till.signed')], { home: bob.home })
    await json(['member', 'show', 'till'], { home: bob.home })
    await refused('HOME_IN_USE', take('till', 'till.signed'))
    await refused('HOME_IN_USE', csr('till', 'again.csr'))
    await till.stop()
  })

  test('renews in the same way, under its own names only', async () => {
    await json(csr('till', 'next.csr'))
    const other = csr('till', 'x').map((word) => (word === 'till' ? 'shop' : word))
    await refused('HOME_ALREADY_JOINED', other)
    await json(sign('next.csr', 'next.signed'))
    const before = await json(take('till', 'next.signed'))
    assert.equal(
      (await json(take('till', 'till.signed'))).certificate.serial,
      before.certificate.serial
    )
    // Another key in charge has to sign again what the one before has signed.
    await json(['authority', 'key', 'prepare', '--offline', path('prepare'), '--home', vault])
    await json(sign('prepare', 'prepare.signed'))
    await json(['trust', 'import', path('prepare.signed')], { home: bob.home })
    const activate = ['authority', 'key', 'activate', '--offline', path('activate')]
    await json(activate, { home: bob.home })
    await json(sign('activate', 'activate.signed'))
    await json(csr('till', 'third.csr'))
    const signed = await json(sign('third.csr', 'third.signed'))
    assert.equal(signed.isKnown, true)
    const renewed = await json(take('till', 'third.signed'))
    assert.notEqual(renewed.certificate.serial, before.certificate.serial)
    await refused('CERTIFICATE_SUPERSEDED', take('till', 'till.signed'))
    const till = await sandbox.up('till')
    const own = await till.call('cert.show')
    assert.equal(own.serial, renewed.certificate.serial)
    await till.stop()
  })

  test('whose answer was lost gets the same one again, and no other name', async () => {
    const again = await json(sign('till.csr', 'twice'))
    const certificate = (name: string) => JSON.parse(readFileSync(path(name), 'utf8')).certificate
    assert.equal(again.isKnown, true)
    assert.equal(certificate('twice'), certificate('third.signed'))
    const other = await refused('NODE_ALREADY_ENROLLED', sign('till.csr', 'x', '--node', 'other'))
    assert.equal(other.details.enrolledAs, 'till/till')
    assert.match(other.hint, /--member till --node till/)
    await refused('INVALID_ARGUMENT', sign('till.csr', 'x', '--group', 'ops'))
  })

  test('is answered by the node of the authority while it runs, too', async () => {
    const hq = await sandbox.up('vault')
    await json(csr('kiosk', 'kiosk.csr'))
    const dry = await json(sign('kiosk.csr', 'never', '--dry-run'))
    assert.equal(dry.isKnown, false)
    const signed = await json(sign('kiosk.csr', 'kiosk.signed'))
    assert.equal((await json(take('kiosk', 'kiosk.signed'))).node.id, signed.nodeId)
    const { items } = await hq.call('audit.search', { event: 'authority.signed' })
    assert.ok(items.some(({ detail }: Json) => detail.nodeId === signed.nodeId))
    await json(['authority', 'lock'], { home: vault })
    await refused('AUTHORITY_LOCKED', sign('kiosk.csr', 'x', '--node', 'kiosk'))
    await refused('AUTHORITY_ABSENT', ['authority', 'sign', path('kiosk.csr'), '--dry-run'], {
      home: bob.home
    })
    await hq.stop()
  })

  test('every wrong file is refused by its name, and nothing is written', async () => {
    await json(csr('shop', 'shop.csr'))
    const pem = readFileSync(path('shop.csr'), 'utf8')
    sandbox.file('cut.csr', pem.slice(0, 200))
    await refused('FILE_DAMAGED', sign('cut.csr', 'x'))
    const lines = pem.split('\n')
    sandbox.file('short.csr', [lines[0], ...lines.slice(2)].join('\n'))
    await refused('CSR_MALFORMED', sign('short.csr', 'x'))
    await refused('FILE_OTHER', sign('till.signed', 'x'))
    await refused('NODE_NAME_TAKEN', sign('shop.csr', 'x', '--node', 'till'))
    const { network: other } = await sandbox.create('other')
    await json(csr('elsewhere', 'elsewhere.csr', other.id))
    await refused('WRONG_NETWORK', sign('elsewhere.csr', 'x'))

    await refused('CERTIFICATE_KEY_MISMATCH', take('shop', 'till.signed'))
    await refused('WRONG_NETWORK', take('elsewhere', 'till.signed'))
    await refused('HOME_EMPTY', take('nobody', 'till.signed'))
    await json(['trust', 'export', '--log', '--out', path('log')], { home: vault })
    await refused('FILE_WITHOUT_CERTIFICATE', take('shop', 'log'))
    await json(sign('shop.csr', 'shop.signed'))
    const text = readFileSync(path('shop.signed'), 'utf8')
    sandbox.file('cut.signed', text.slice(0, -20))
    await refused('FILE_DAMAGED', take('shop', 'cut.signed'))
    const ask = ['member', 'suspend', 'till', '--offline', path('ask')]
    await json(ask, { home: bob.home })
    await refused('FILE_OTHER', take('shop', 'ask'))
    const late = text.replace('"from":0', '"from":1')
    sandbox.file('late.signed', late)
    await refused('TRUST_FILE_GAP', take('shop', 'late.signed'))
    await refused('ADDRESS_INVALID', take('shop', 'shop.signed', '--peer', '/ip4/10.0.0.1/tcp/1'))
    const usage = ['cert', 'csr', '--network', 'x', '--member', 'till', '--node', 'n']
    await refused('INVALID_ARGUMENT', [...usage, '--out', path('y')], { home: path('shop') })
    assert.equal((await json(take('shop', 'shop.signed'))).node.name, 'shop')
  })
})
