import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { AEAD } from '../crypto/aead.ts'
import { equalSecrets, sha256, sha256Of } from '../crypto/digest.ts'
import type { Random } from '../crypto/random.ts'
import { openPiece, sealPiece } from '../crypto/sealed-pieces.ts'
import { passphraseKey } from '../crypto/secret-box.ts'
import { concatBytes, equalBytes, fromUtf8, toHex, utf8 } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { piecesOf } from './at-rest.ts'

/** What a backup may hold; a file by any other name is never written into a home. */
export const BACKUP_NAMES =
  /^(state\.db|peerage\.toml|node\.key|front-desk\.key|authority(-[0-9a-f]{16})?\.key)$/

const KIND = 'peerage-backup/'
const FORMAT = `${KIND}1\n`
const SALT_BYTES = 16
const MARK_BYTES = 16
const HEADER_BYTES = FORMAT.length + SALT_BYTES + 2 * MARK_BYTES
const SEALED_BYTES = LIMITS.backupPieceBytes + AEAD.tagBytes

const manifestSchema = z.strictObject({
  madeAt: z.number().int().min(0),
  software: z.string(),
  network: z.string(),
  nodeId: z.string(),
  /** Entries of the trust log. */
  entries: z.number().int().min(1),
  files: z.array(
    z.strictObject({
      name: z.string().regex(BACKUP_NAMES),
      size: z.number().int().min(0),
      sha256: z.string().length(64)
    })
  )
})

/** What a backup says about itself, under the same seal as its files. */
export type BackupManifest = z.infer<typeof manifestSchema>

/** Name, size and digest of a file, as a manifest has them. */
export function describeFile(path: string, name: string): BackupManifest['files'][number] {
  let size = 0
  const counted = function* () {
    for (const piece of piecesOf(path)) {
      size += piece.length
      yield piece
    }
  }
  return { name, sha256: toHex(sha256Of(counted())), size }
}

/** A backup as it is written, piece by piece; the files are read meanwhile, from where `pathOf` says. */
export async function sealBackup(
  manifest: BackupManifest,
  { pathOf, passphrase, random }: SealInit
): Promise<Iterable<Uint8Array>> {
  const salt = random.bytes(SALT_BYTES)
  const key = await passphraseKey(passphrase, salt)
  const header = headerOf(salt, key)
  return (function* () {
    yield header
    let index = 0
    for (const { piece, isLast } of even(contents(manifest, pathOf))) {
      yield sealPiece(key, header, { index, isLast }, piece)
      index++
    }
  })()
}

export interface SealInit {
  readonly pathOf: (name: string) => string
  readonly passphrase: Uint8Array
  readonly random: Random
}

/**
 * Opens a backup and writes its files into `directory`, each synced and as its digest says. Whatever
 * it throws, what it has written is for the caller to remove.
 *
 * Throws `FILE_OTHER`, `FILE_NEWER`, `FILE_DAMAGED`, `PASSPHRASE_REQUIRED`,
 * `PASSPHRASE_WRONG`, and what the disk throws.
 */
export async function openBackup(
  path: string,
  { directory, passphrase }: { directory: string; passphrase: Uint8Array | undefined }
): Promise<BackupManifest> {
  const file = openSync(path, 'r')
  try {
    const { header, salt } = readHeader(file)
    if (passphrase === undefined) throw new PeerageError('PASSPHRASE_REQUIRED', { path })
    const key = await passphraseKey(passphrase, salt)
    if (!equalSecrets(headerOf(salt, key), header)) throw new PeerageError('PASSPHRASE_WRONG')
    const reader = new Reader(openPieces(file, key, header))
    const manifest = readManifest(reader)
    for (const entry of manifest.files) writeEntry(reader, entry, directory)
    if (!reader.isAtEnd()) throw damaged('end')
    return manifest
  } finally {
    closeSync(file)
  }
}

/** Format, salt, a mark by which a wrong passphrase is told from damage, and one of the header itself. */
function headerOf(salt: Uint8Array, key: Uint8Array): Uint8Array {
  const mark = sha256(utf8('peerage/backup-key/v1'), key).subarray(0, MARK_BYTES)
  const head = concatBytes([utf8(FORMAT), salt, mark])
  return concatBytes([head, sha256(head).subarray(0, MARK_BYTES)])
}

function readHeader(file: number): { header: Uint8Array; salt: Uint8Array } {
  const header = readAt(file, 0, HEADER_BYTES)
  const text = Buffer.from(header).toString('latin1')
  if (!text.startsWith(KIND)) throw new PeerageError('FILE_OTHER', { expected: 'peerage-backup/1' })
  if (!text.startsWith(FORMAT)) {
    const isVersion = /^\d+\n/.test(text.slice(KIND.length))
    throw isVersion
      ? new PeerageError('FILE_NEWER', { expected: 'peerage-backup/1' })
      : damaged('header')
  }
  const head = header.subarray(0, -MARK_BYTES)
  const mark = sha256(head).subarray(0, MARK_BYTES)
  const isWhole = header.length === HEADER_BYTES
  if (!isWhole || !equalBytes(mark, header.subarray(-MARK_BYTES))) throw damaged('header')
  return { header, salt: head.subarray(FORMAT.length, FORMAT.length + SALT_BYTES) }
}

function* contents(
  manifest: BackupManifest,
  pathOf: SealInit['pathOf']
): Generator<Uint8Array, void, undefined> {
  const text = utf8(JSON.stringify(manifest))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, text.length)
  yield length
  yield text
  for (const { name } of manifest.files) yield* piecesOf(pathOf(name))
}

/** The same bytes in pieces of `LIMITS.backupPieceBytes`; only the last may be shorter. */
function* even(parts: Iterable<Uint8Array>): Generator<{ piece: Uint8Array; isLast: boolean }> {
  let gathered = new Uint8Array()
  for (const part of parts) {
    gathered = concatBytes([gathered, part])
    while (gathered.length > LIMITS.backupPieceBytes) {
      yield { piece: gathered.subarray(0, LIMITS.backupPieceBytes), isLast: false }
      gathered = gathered.slice(LIMITS.backupPieceBytes)
    }
  }
  yield { piece: gathered, isLast: true }
}

function* openPieces(file: number, key: Uint8Array, header: Uint8Array): Generator<Uint8Array> {
  const count = Math.ceil((fstatSync(file).size - HEADER_BYTES) / SEALED_BYTES)
  for (let index = 0; index < count; index++) {
    const sealed = readAt(file, HEADER_BYTES + index * SEALED_BYTES, SEALED_BYTES)
    const piece = openPiece(key, header, { index, isLast: index === count - 1 }, sealed)
    if (piece === undefined) throw damaged(`piece ${index}`)
    yield piece
  }
}

function readManifest(reader: Reader): BackupManifest {
  const length = new DataView(reader.take(4).slice().buffer).getUint32(0)
  if (length > LIMITS.backupPieceBytes) throw damaged('list')
  const parsed = manifestSchema.safeParse(parseJson(fromUtf8(reader.take(length)) ?? ''))
  if (!parsed.success) throw damaged('list')
  return parsed.data
}

function writeEntry(
  reader: Reader,
  { name, size, sha256: digest }: BackupManifest['files'][number],
  directory: string
): void {
  const file = openSync(join(directory, name), 'wx', 0o600)
  try {
    const written = function* () {
      for (const part of reader.parts(size)) {
        for (let done = 0; done < part.length; ) done += writeSync(file, part, done)
        yield part
      }
    }
    if (toHex(sha256Of(written())) !== digest) throw damaged(name)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Takes so many bytes at a time from pieces of any length. */
class Reader {
  readonly #pieces: Iterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array()

  constructor(pieces: Iterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.iterator]()
  }

  take(length: number): Uint8Array {
    return concatBytes([...this.parts(length)])
  }

  *parts(length: number): Generator<Uint8Array> {
    for (let left = length; left > 0; ) {
      if (this.isAtEnd()) throw damaged('end')
      const part = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(part.length)
      left -= part.length
      yield part
    }
  }

  isAtEnd(): boolean {
    while (this.#rest.length === 0) {
      const next = this.#pieces.next()
      if (next.done === true) return true
      this.#rest = next.value
    }
    return false
  }
}

function readAt(file: number, position: number, length: number): Uint8Array {
  const buffer = new Uint8Array(length)
  let done = 0
  while (done < length) {
    const read = readSync(file, buffer, done, length - done, position + done)
    if (read === 0) break
    done += read
  }
  return buffer.subarray(0, done)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: the schema refuses undefined like every other wrong value.
    return undefined
  }
}

function damaged(part: string): PeerageError {
  return new PeerageError('FILE_DAMAGED', { expected: 'peerage-backup/1', part })
}
