import { toBase64url } from '../../encoding/bytes.ts'
import { EXIT, PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import { readRecordFile } from '../../records/record-file.ts'
import { readCarried, requireFile } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, type Report } from '../output.ts'

/** Takes over the records of a file, each judged as one that a peer sends. */
export async function run(context: Context, input: Input): Promise<Report> {
  const name = input.argument('file')
  const file = requireFile(readRecordFile(await readCarried(context, name)), name)
  const { id } = await context.call('network.show', {})
  if (file.network !== id) throw new PeerageError('WRONG_NETWORK', { file: name })
  const refused: { position: number; code: string }[] = []
  for (let at = 0; at < file.records.length; at += LIMITS.recordFilePageMax) {
    const page = file.records.slice(at, at + LIMITS.recordFilePageMax).map(toBase64url)
    const { outcomes } = await context.call('record.import', { records: page })
    for (const [i, { code }] of outcomes.entries()) {
      if (code !== undefined) refused.push({ position: at + i, code })
    }
  }
  const taken = file.records.length - refused.length
  return {
    json: { file: name, records: file.records.length, taken, refused },
    text: (paint) =>
      done(paint, `${count(taken, 'record')} of ${file.records.length} are here`, [
        ...[...new Set(refused.map(({ code }) => code))]
          .slice(0, CODES_SHOWN)
          .map((code) => ['refused', positionsOf(refused, code)] as const)
      ]),
    quiet: [String(taken)],
    next: 'peerage record ls',
    ...(refused.length === 0 ? {} : { exit: EXIT.partial })
  }
}

const CODES_SHOWN = 6

function positionsOf(refused: readonly { position: number; code: string }[], code: string): string {
  const positions = refused.filter((each) => each.code === code).map(({ position }) => position)
  const [first = 0] = positions
  const others = positions.length - 1
  return `${code}: record ${first}${others === 0 ? '' : ` and ${count(others, 'other')}`}`
}
