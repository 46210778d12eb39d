import { writeCarried } from './carried-file.ts'
import type { Context } from './context.ts'
import type { Input } from './input.ts'
import { count, done, type Report } from './output.ts'
import { usageError } from './usage-error.ts'

interface Prepared {
  /** Of a key that was made. */
  readonly fingerprint?: string | undefined
  readonly index: number
  readonly excluded?: readonly string[]
  readonly nodes?: readonly string[]
  readonly request?: { readonly network: string; readonly consent?: unknown } | undefined
}

/** The parameter that asks for a request instead of a decision, where `--offline` was given. */
export function withOffline(input: Input): { offline?: true } {
  if (input.text('offline') === undefined) return {}
  if (input.isSet('dry-run')) throw usageError('give --dry-run or --offline, not both')
  return { offline: true }
}

/** Writes the request that a node has prepared; `undefined` where none was asked for. */
export async function writtenRequest(
  context: Context,
  input: Input,
  prepared: Prepared
): Promise<Report | undefined> {
  const { request } = prepared
  if (request === undefined) return undefined
  const { path } = await writeCarried(context, input.required('offline'), async () => ({
    text: requestText(request)
  }))
  return requestReport(path, prepared)
}

/** The step after a request that needs nobody else. */
export function signElsewhere(path: string): Required<Report>['nextElsewhere'] {
  const command = `peerage authority sign ${path} --out FILE`
  return { where: 'where the authority key is', command }
}

/** A request as it goes into a file. */
export function requestText(request: object): string {
  return `${JSON.stringify(request)}\n`
}

/** What was written, and what becomes of it. */
export function requestReport(path: string, prepared: Prepared): Report {
  const { request, index, fingerprint, excluded, nodes = excluded ?? [] } = prepared
  const consent = request?.consent !== undefined
  return {
    json: { file: path, network: request?.network, index, nodes, fingerprint },
    text: (paint) =>
      done(paint, 'the request is written; nothing is changed yet', [
        ['file', path],
        ['key', fingerprint],
        ['entry', `would be ${index} of the trust log`],
        ['refused', nodes.length === 0 ? undefined : count(nodes.length, 'node')]
      ]),
    quiet: [path],
    nextElsewhere: consent
      ? {
          where: 'on a node of an approver',
          command: `peerage authority approve ${path} --out FILE`
        }
      : signElsewhere(path)
  }
}
