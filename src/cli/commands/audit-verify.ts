import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { toHex } from '../../encoding/bytes.ts'
import type { Verdict } from '../../encoding/verdict.ts'
import { EXIT, PeerageError } from '../../errors.ts'
import { type ChainedRow, type JournalExtent, verifyChain } from '../../storage/journal-chain.ts'
import { parseJournalLine } from '../../storage/journal-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { usageError } from '../usage-error.ts'

interface Verified {
  readonly valid: boolean
  readonly rows: number
  readonly oldest: number
  readonly newest: number
  readonly head?: string | undefined
  readonly damagedAt?: number | undefined
  readonly missing?: boolean | undefined
}

/** Of the running node, or with `--file` of an exported journal, which needs no node and no home. */
export async function run(context: Context, input: Input): Promise<Report> {
  const kept = parseHead(input.text('head'))
  const file = input.text('file')
  const verified =
    file === undefined
      ? await context.call('audit.verify', kept ?? {})
      : verifyFile(resolve(context.environment.cwd, file), kept)
  const { valid, rows, oldest, newest, head, damagedAt, missing } = verified
  return {
    json: verified,
    ...(valid ? {} : { exit: EXIT.verification }),
    text: (paint) =>
      valid
        ? done(paint, `${rows} rows, each following from the one before`, [
            ['rows', rows === 0 ? 'none' : `${oldest} to ${newest}`],
            ['head', head === undefined ? undefined : `${newest}:${head}`]
          ])
        : [
            `${paint('bad', '✖')} ${missing === true ? 'the head that was kept is not in the journal' : `row ${damagedAt} does not follow from the one before`}`,
            '  fix: compare with a journal that was exported earlier; rows were changed or removed'
          ],
    quiet: head === undefined ? [] : [`${newest}:${head}`],
    ...(valid ? { next: 'keep the head elsewhere, and verify against it with --head' } : {})
  }
}

/** `SEQUENCE:HASH`, as this command prints it. */
function parseHead(text: string | undefined): { sequence: number; hash: string } | undefined {
  if (text === undefined) return undefined
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (sequence === undefined || hash === undefined) {
    throw usageError('--head takes what audit verify printed, like 12:5f5f…')
  }
  return { sequence: Number(sequence), hash }
}

function verifyFile(path: string, kept: { sequence: number; hash: string } | undefined): Verified {
  let isKept = kept === undefined
  function* rows(): Generator<ChainedRow> {
    for (const line of readLines(path)) {
      const row = parseJournalLine(line)
      if (!row.ok)
        throw new PeerageError('INVALID_ARGUMENT', { reason: 'not an exported journal', path })
      isKept ||= row.value.sequence === kept?.sequence && toHex(row.value.hash) === kept.hash
      yield row.value
    }
  }
  const verdict: Verdict<JournalExtent> = verifyChain(rows())
  if (!verdict.ok) {
    const damagedAt = Number(verdict.detail?.['sequence'])
    return { valid: false, rows: 0, oldest: 0, newest: 0, damagedAt }
  }
  const { head, ...extent } = verdict.value
  return { valid: isKept, ...extent, head: toHex(head), ...(isKept ? {} : { missing: true }) }
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  } catch (error) {
    throw new PeerageError('INVALID_ARGUMENT', { reason: 'the file cannot be read', path }, error)
  }
}
