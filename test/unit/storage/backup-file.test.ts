import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { systemRandom } from '../../../src/crypto/random.ts'
import { utf8 } from '../../../src/encoding/bytes.ts'
import { LIMITS } from '../../../src/limits.ts'
import {
  type BackupManifest,
  describeFile,
  openBackup,
  sealBackup
} from '../../../src/storage/backup-file.ts'

const PASSPHRASE = utf8('a passphrase of a backup')
/** Of format, salt and the two marks. */
const HEADER = 'peerage-backup/1\n'.length + 48

describe('[SR-ID-2] a backup file', () => {
  const root = mkdtempSync(join(tmpdir(), 'peerage-backup-'))
  const pathOf = (name: string) => join(root, name)
  const contents = new Map<string, Uint8Array>([
    ['node.key', utf8('a key')],
    ['peerage.toml', new Uint8Array()],
    // Three pieces, the last of them short.
    ['state.db', systemRandom.bytes(2 * LIMITS.backupPieceBytes + 17)]
  ])
  let manifest: BackupManifest
  let sealed: Uint8Array
  let directories = 0
  after(() => rmSync(root, { recursive: true }))

  before(async () => {
    for (const [name, bytes] of contents) writeFileSync(pathOf(name), bytes)
    manifest = {
      ...{ madeAt: 1, software: '0.1.0', network: 'network', nodeId: 'node', entries: 1 },
      files: [...contents.keys()].map((name) => describeFile(pathOf(name), name))
    }
    sealed = await seal(manifest)
  })

  async function seal(described: BackupManifest): Promise<Uint8Array> {
    const pieces = await sealBackup(described, {
      ...{ pathOf, passphrase: PASSPHRASE, random: systemRandom }
    })
    return Buffer.concat([...pieces])
  }

  async function open(bytes: Uint8Array, passphrase: Uint8Array | undefined = PASSPHRASE) {
    directories += 1
    const directory = pathOf(`into-${directories}`)
    mkdirSync(directory)
    writeFileSync(pathOf('backup'), bytes)
    return { directory, manifest: await openBackup(pathOf('backup'), { directory, passphrase }) }
  }

  test('gives back every file as it was, and what it says about them', async () => {
    const opened = await open(sealed)
    assert.deepEqual(opened.manifest, manifest)
    assert.deepEqual(readdirSync(opened.directory).toSorted(), [...contents.keys()].toSorted())
    for (const [name, bytes] of contents) {
      assert.deepEqual(new Uint8Array(readFileSync(join(opened.directory, name))), bytes, name)
    }
  })

  test('shows nothing of its contents', () => {
    const text = Buffer.from(sealed)
    for (const part of ['a key', 'state.db', 'network']) assert.equal(text.indexOf(part), -1)
  })

  test('is refused with another passphrase, and with none', async () => {
    await assert.rejects(open(sealed, utf8('another')), { code: 'PASSPHRASE_WRONG' })
    writeFileSync(pathOf('backup'), sealed)
    const without = { directory: root, passphrase: undefined }
    await assert.rejects(openBackup(pathOf('backup'), without), { code: 'PASSPHRASE_REQUIRED' })
  })

  test('[SR-INT-2] is refused with any bit of it changed', async () => {
    const places = [
      17,
      40,
      60,
      HEADER,
      HEADER + 3,
      HEADER + LIMITS.backupPieceBytes,
      sealed.length - 1
    ]
    for (const place of places) {
      const changed = Uint8Array.from(sealed)
      changed[place] = (changed[place] ?? 0) ^ 1
      await assert.rejects(open(changed), { code: 'FILE_DAMAGED' }, `byte ${place}`)
    }
  })

  test('is refused cut off anywhere, at the end of a piece too, and with more at its end', async () => {
    const piece = LIMITS.backupPieceBytes + 16
    for (const length of [20, HEADER, HEADER + piece, HEADER + 2 * piece, sealed.length - 1]) {
      await assert.rejects(open(sealed.slice(0, length)), { code: 'FILE_DAMAGED' }, `${length}`)
    }
    const longer = Buffer.concat([sealed, sealed.subarray(-40)])
    await assert.rejects(open(longer), { code: 'FILE_DAMAGED' })
  })

  test('is refused with two of its pieces exchanged', async () => {
    const piece = LIMITS.backupPieceBytes + 16
    const [first, second] = [HEADER, HEADER + piece, HEADER + 2 * piece]
      .slice(0, 2)
      .map((start) => sealed.subarray(start, start + piece))
    assert.ok(first !== undefined && second !== undefined)
    const exchanged = [sealed.subarray(0, HEADER), second, first]
    const rest = sealed.subarray(HEADER + 2 * piece)
    await assert.rejects(open(Buffer.concat([...exchanged, rest])), { code: 'FILE_DAMAGED' })
  })

  test('of a newer version, and a file that is none, are told apart', async () => {
    const newer = Buffer.concat([utf8('peerage-backup/2\n'), sealed.subarray(17)])
    await assert.rejects(open(newer), { code: 'FILE_NEWER' })
    await assert.rejects(open(utf8('an ordinary text of some length')), { code: 'FILE_OTHER' })
    await assert.rejects(open(new Uint8Array()), { code: 'FILE_OTHER' })
  })

  test('never writes to another place than a home has', async () => {
    const [entry] = manifest.files
    assert.ok(entry !== undefined)
    const moved = { ...manifest, files: [{ ...entry, name: '../node.key' }] }
    const readable = (name: string) => pathOf(name.replace('../', ''))
    const pieces = await sealBackup(moved, {
      ...{ pathOf: readable, passphrase: PASSPHRASE, random: systemRandom }
    })
    await assert.rejects(open(Buffer.concat([...pieces])), { code: 'FILE_DAMAGED' })
  })
})
