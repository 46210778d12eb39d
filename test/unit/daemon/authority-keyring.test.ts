import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { PublicKey } from '../../../src/crypto/ed25519.ts'
import { authorityKeyPaths, openAuthorityKeyring } from '../../../src/daemon/authority-keyring.ts'
import { openHome } from '../../../src/daemon/home.ts'
import { loadOrCreateKey } from '../../../src/daemon/home-contents.ts'

const done = async () => undefined
const utf8 = (text: string) => new TextEncoder().encode(text)

describe('[SR-ID-2] the authority keys of a home', () => {
  const directory = mkdtempSync(join(tmpdir(), 'peerage-keyring-'))
  after(() => rmSync(directory, { recursive: true, force: true }))

  async function scene(name: string) {
    const home = openHome(join(directory, name))
    const { publicKey } = await loadOrCreateKey(home.authorityKey, 'authority', undefined)
    const trust: { signingKey: PublicKey } = { signingKey: publicKey }
    return { home, trust, keyring: await openAuthorityKeyring(home, trust) }
  }

  test('sign while they are unlocked, and not after they were locked', async () => {
    const { keyring } = await scene('lock')
    assert.throws(() => keyring.current(), { code: 'AUTHORITY_LOCKED' })
    await keyring.unlock(undefined)
    const key = keyring.current()
    assert.equal(keyring.state(), 'unlocked')
    assert.equal(await keyring.lock(done), true)
    assert.throws(() => keyring.current(), { code: 'AUTHORITY_LOCKED' })
    assert.throws(() => key.sign(new Uint8Array()), /wiped/)
    assert.equal(await keyring.lock(done), false)
  })

  test('are absent where the log has put a key in charge that is elsewhere', async () => {
    const { keyring, trust } = await scene('absent')
    await keyring.unlock(undefined)
    const other = await scene('elsewhere')
    trust.signingKey = other.trust.signingKey
    assert.throws(() => keyring.current(), { code: 'AUTHORITY_ABSENT' })
    await assert.rejects(keyring.unlock(undefined), { code: 'AUTHORITY_ABSENT' })
  })

  test('follow the log: whatever a crash has left of the names is put right', async () => {
    const { keyring, home, trust } = await scene('crash')
    const first = trust.signingKey
    const next = await keyring.create(utf8('two'))
    // The log has the step, the files do not: the daemon starts again.
    trust.signingKey = next.publicKey
    for (const spoil of [
      () => undefined,
      () => {
        // Between the two renames: nothing has the name of the key in charge.
        const [own = ''] = authorityKeyPaths(home).filter((path) => path !== home.authorityKey)
        renameSync(home.authorityKey, join(home.directory, `authority-${'0'.repeat(16)}.key`))
        assert.ok(own !== '')
      }
    ]) {
      spoil()
      const again = await openAuthorityKeyring(home, trust)
      await again.arrange()
      await again.unlock(utf8('two'))
      assert.ok(again.current().publicKey.equals(next.publicKey))
      assert.ok(again.holds(first))
      assert.ok(authorityKeyPaths(home).includes(home.authorityKey))
      await again.arrange()
    }
    const last = await openAuthorityKeyring(home, trust)
    await assert.rejects(last.unlock(utf8('three')), { code: 'PASSPHRASE_WRONG' })
  })

  test('that came to nothing leave no file', async () => {
    const { keyring, home } = await scene('discard')
    const key = await keyring.create(undefined)
    assert.equal(authorityKeyPaths(home).length, 2)
    await keyring.discard(key.publicKey)
    assert.deepEqual(authorityKeyPaths(home), [home.authorityKey])
    assert.equal(keyring.holds(key.publicKey), false)
  })
})
