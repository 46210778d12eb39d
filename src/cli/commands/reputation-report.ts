import { resolve } from 'node:path'
import { fromUtf8 } from '../../encoding/bytes.ts'
import { ERRORS, PeerageError } from '../../errors.ts'
import { parseNetworkId } from '../../identity/network-id.ts'
import { LIMITS } from '../../limits.ts'
import { reportFileSchema, verifyReportFile } from '../../protocols/evidence/file.ts'
import { recordDigest } from '../../records/record.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { readInput } from '../input-file.ts'
import { listReport } from '../list-report.ts'
import { done, type Report } from '../output.ts'
import { pageOf } from '../page.ts'
import { usageError } from '../usage-error.ts'
import { writeProof } from '../write-proof.ts'

const STEPS = { ls: list, list, show, submit, verify, export: exportFile } as const
const SHOWN_DIGITS = 12

/** Proofs of misbehavior: what this node knows, and what travels as a file. */
export async function run(context: Context, input: Input): Promise<Report> {
  const step = input.argument('step')
  if (!Object.hasOwn(STEPS, step)) {
    throw usageError('the step is ls, show, submit, verify or export')
  }
  return await STEPS[step as keyof typeof STEPS](context, input)
}

async function list(context: Context, input: Input): Promise<Report> {
  const page = await context.call('report.list', pageOf(input))
  return listReport({ context, input }, page, {
    heading: ['ID', 'HEARD', 'NODE', 'PROVES'],
    row: ({ id, heardAt, member, node, code }) => [
      ...[id.slice(0, SHOWN_DIGITS), heardAt],
      ...[`${member}/${node}`, code]
    ],
    id: ({ id }) => id,
    empty: 'no proofs of misbehavior',
    next: 'peerage reputation report show ID'
  })
}

async function show(context: Context, input: Input): Promise<Report> {
  const shown = await context.call('report.show', { report: wanted(input, 'an id') })
  const { id, member, node, code, message, accused, heardAt, from, statements } = shown
  return {
    json: shown,
    text: (paint) =>
      done(paint, `${code}: ${message}`, [
        ['by', `${member}/${node}, ${accused}`],
        ['heard', `${heardAt}${from === undefined ? ', found here' : `, from ${from}`}`],
        ...statements.map(({ digest }) => ['signed', digest] as const)
      ]),
    quiet: [id],
    next: `peerage reputation report export ${id.slice(0, SHOWN_DIGITS)} --out FILE`
  }
}

async function submit(context: Context, input: Input): Promise<Report> {
  const name = wanted(input, 'a file')
  const parsed = reportFileSchema.safeParse(await readReport(context, name))
  if (!parsed.success) throw new PeerageError('MESSAGE_MALFORMED', { file: name })
  const { report } = parsed.data
  const submitted = await context.call('report.submit', { report })
  const { id, isNew, member, node, code } = submitted
  return {
    json: submitted,
    text: (paint) =>
      done(paint, isNew ? 'the proof holds: it is acted on and told' : 'the proof was known', [
        ['report', id.slice(0, SHOWN_DIGITS)],
        ['by', `${member}/${node}`],
        ['proves', code]
      ]),
    quiet: [id],
    next: `peerage reputation show ${member}`
  }
}

/** Without node, home and network. */
async function verify(context: Context, input: Input): Promise<Report> {
  const name = wanted(input, 'a file')
  const network = parseNetworkId(input.text('network') ?? '')
  if (!network.ok) throw new PeerageError('INVALID_ARGUMENT', { argument: '--network' })
  const proved = verifyReportFile(await readReport(context, name), network.value)
  if (!proved.ok) throw new PeerageError(proved.fault, { ...proved.detail, file: name })
  const { report, member, node, networkName } = proved.value
  const { id, code, nodeId: accused, parts } = report
  const statements = parts.map(recordDigest)
  return {
    json: {
      ...{ network: network.value, name: networkName, id, code, accused, member, node },
      statements
    },
    text: (paint) =>
      done(paint, `${member}/${node} of ${networkName} has done what ${code} says`, [
        ['node', accused],
        ['proves', ERRORS[code].text],
        ...statements.map((digest) => ['signed', digest] as const)
      ]),
    quiet: [id]
  }
}

async function exportFile(context: Context, input: Input): Promise<Report> {
  const report = wanted(input, 'an id')
  if (input.text('out') === undefined) throw usageError('export takes --out FILE')
  const command = 'reputation report verify'
  return await writeProof(context, input, () => context.call('report.export', { report }), command)
}

async function readReport({ environment }: Context, name: string): Promise<unknown> {
  const bytes = await readInput(environment, name, LIMITS.proofFileBytesMax)
  try {
    return JSON.parse(fromUtf8(bytes) ?? '')
  } catch (error) {
    const path = name === '-' ? name : resolve(environment.cwd, name)
    throw new PeerageError('INVALID_ARGUMENT', { reason: 'the file is no report', path }, error)
  }
}

function wanted(input: Input, what: string): string {
  const subject = input.optionalArgument('report')
  if (subject !== undefined) return subject
  throw usageError(`this step takes ${what}`)
}
