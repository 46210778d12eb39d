import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { utf8 } from '../../../src/encoding/bytes.ts'
import { type ErrorCode, PeerageError } from '../../../src/errors.ts'
import { encodeKeyFile } from '../../../src/identity/key-file.ts'
import { LIMITS } from '../../../src/limits.ts'
import { loadKey, saveKey } from '../../../src/storage/key-store.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const random = seededRandom('key store')
const key = PrivateKey.generate(random)
const text = await encodeKeyFile(key, { use: 'node', random })
const PASSPHRASE = utf8('a passphrase')
const locked = await encodeKeyFile(key, { use: 'node', passphrase: PASSPHRASE, random })

describe('[SR-ID-2] the store of keys', () => {
  let home = ''
  let path = ''
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'peerage-keys-'))
    path = join(home, 'node.key')
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  async function refuses(work: Promise<unknown>, code: ErrorCode): Promise<PeerageError> {
    let refusal: unknown
    await assert.rejects(work, (error) => {
      refusal = error
      return true
    })
    assert.ok(refusal instanceof PeerageError)
    assert.equal(refusal.code, code)
    return refusal
  }

  test('saves a key that loads again, readable by its owner only', async () => {
    await saveKey(path, text)
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(home), ['node.key'])
    const loaded = await loadKey(path, { use: 'node' })
    assert.deepEqual(loaded.exportSeed(), key.exportSeed())
  })

  test('loads an encrypted key with its passphrase', async () => {
    await saveKey(path, locked)
    const passphrase = async () => PASSPHRASE
    const loaded = await loadKey(path, { use: 'node', passphrase })
    assert.deepEqual(loaded.exportSeed(), key.exportSeed())
  })

  test('never replaces a key: HOME_ALREADY_JOINED', async () => {
    await saveKey(path, text)
    await refuses(saveKey(path, locked), 'HOME_ALREADY_JOINED')
    assert.equal(readFileSync(path, 'utf8'), text)
    assert.deepEqual(readdirSync(home), ['node.key'])
  })

  test('is not stopped by what a crash has left behind', async () => {
    writeFileSync(`${path}.new`, text.slice(0, 10), { mode: 0o644 })
    await saveKey(path, text)
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(home), ['node.key'])
  })

  test('saving into a directory that is not there is HOME_UNWRITABLE', async () => {
    const error = await refuses(saveKey(join(home, 'no', 'node.key'), text), 'HOME_UNWRITABLE')
    assert.equal(error.details['path'], join(home, 'no', 'node.key'))
  })

  test('a missing key is KEY_FILE_MISSING, with its path', async () => {
    const error = await refuses(loadKey(path, { use: 'node' }), 'KEY_FILE_MISSING')
    assert.equal(error.details['path'], path)
  })

  test('a path that cannot be opened is STORAGE_FAILED', async () => {
    writeFileSync(join(home, 'file'), '')
    await refuses(loadKey(join(home, 'file', 'node.key'), { use: 'node' }), 'STORAGE_FAILED')
  })

  for (const mode of [0o640, 0o604, 0o620, 0o610, 0o601, 0o666]) {
    test(`a key of mode ${mode.toString(8)} is KEY_FILE_PERMISSIONS, encrypted or not`, async () => {
      for (const content of [text, locked]) {
        writeFileSync(path, content)
        chmodSync(path, mode)
        const error = await refuses(loadKey(path, { use: 'node' }), 'KEY_FILE_PERMISSIONS')
        assert.deepEqual(error.details, { path, mode: mode.toString(8) })
      }
    })
  }

  test('a read-only key loads', async () => {
    writeFileSync(path, text)
    chmodSync(path, 0o400)
    await loadKey(path, { use: 'node' })
  })

  test('what is not whole is KEY_FILE_DAMAGED', async () => {
    for (const content of ['', text.slice(0, -1), 'x'.repeat(LIMITS.keyFileBytesMax + 1)]) {
      writeFileSync(path, content, { mode: 0o600 })
      await refuses(loadKey(path, { use: 'node' }), 'KEY_FILE_DAMAGED')
    }
    writeFileSync(path, Uint8Array.of(0xff), { mode: 0o600 })
    await refuses(loadKey(path, { use: 'node' }), 'KEY_FILE_DAMAGED')
  })

  test('a directory in the place of a key is KEY_FILE_DAMAGED', async () => {
    mkdirSync(path, { mode: 0o700 })
    await refuses(loadKey(path, { use: 'node' }), 'KEY_FILE_DAMAGED')
  })

  test('faults of the content come with the path and without the secret', async () => {
    await saveKey(path, locked)
    const missing = await refuses(loadKey(path, { use: 'node' }), 'PASSPHRASE_REQUIRED')
    assert.deepEqual(missing.details, { path })
    const passphrase = async () => utf8('wrong')
    const wrong = await refuses(loadKey(path, { use: 'node', passphrase }), 'PASSPHRASE_WRONG')
    assert.deepEqual(wrong.details, { path })
    const mismatch = await refuses(loadKey(path, { use: 'authority' }), 'KEY_FILE_MISMATCH')
    assert.deepEqual(mismatch.details, { path, use: 'node' })
  })
})
