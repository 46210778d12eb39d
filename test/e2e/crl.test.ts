import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { after, describe, test } from 'node:test'
import { json, refused, Sandbox } from './support.ts'

describe('a revocation list', { timeout: 60_000 }, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())
  const path = (name: string) => sandbox.path(name)

  /** What openssl says of a certificate, with the list and the authority that were written. */
  const verify = (certificate: string, list: string) =>
    spawnSync('openssl', [
      ...['verify', '-crl_check', '-CAfile', path('ca.pem'), '-CRLfile', path(list)],
      path(certificate)
    ])

  test('has openssl refuse the revoked leaf, renewed ones included, and accept a good one', async () => {
    await sandbox.create('hq', ['--member', 'office'])
    const hq = await sandbox.up('hq')
    for (const name of ['alice', 'bob']) {
      await sandbox.join(hq, name)
      const daemon = await sandbox.up(name)
      await daemon.waitPeers(1)
      await json(['cert', 'show', '--out', path(`${name}.pem`)], { home: daemon.home })
    }
    const crl = (name: string) => ['cert', 'crl', '--out', path(name)]
    const none = await json([...crl('none.crl'), '--ca', path('ca.pem')], { home: hq.home })
    assert.equal(none.revoked, 0)
    // The control: what is refused below is good without the revocation.
    assert.equal(verify('alice.pem', 'none.crl').status, 0)
    await json(['cert', 'revoke', 'alice/alice', '--wait', '5s'], { home: hq.home })
    const { revoked } = await json(crl('one.crl'), { home: hq.home })
    assert.equal(revoked, 1)
    const refusal = verify('alice.pem', 'one.crl')
    assert.notEqual(refusal.status, 0)
    assert.match(String(refusal.stderr), /certificate revoked/)
    assert.equal(verify('bob.pem', 'one.crl').status, 0)
    await json([...crl('one.der'), '--der'], { home: hq.home })
    const shown = ['crl', '-inform', 'DER', '-in', path('one.der'), '-noout', '-text', '-CAfile']
    assert.match(
      execFileSync('openssl', [...shown, path('ca.pem')], { encoding: 'utf8', stdio: 'pipe' }),
      /CRL Number/
    )
    await refused('AUTHORITY_ABSENT', crl('x'), { home: path('bob') })
  })
})
