import { writeCarried } from './carried-file.ts'
import type { Context } from './context.ts'
import type { Input } from './input.ts'
import { count, done, type Report } from './output.ts'

interface Prepared {
  readonly index: number
  readonly excluded?: readonly string[]
  readonly nodes?: readonly string[]
  readonly request?: { readonly network: string } | undefined
}

/** The parameter that asks for a request instead of a decision, where `--offline` was given. */
export function withOffline(input: Input): { offline?: true } {
  return input.text('offline') === undefined ? {} : { offline: true }
}

/** Writes the request that a node has prepared; `undefined` where none was asked for. */
export async function writtenRequest(
  context: Context,
  input: Input,
  prepared: Prepared
): Promise<Report | undefined> {
  const { request, index, excluded, nodes = excluded ?? [] } = prepared
  if (request === undefined) return undefined
  const { path } = await writeCarried(context, input.required('offline'), async () => ({
    text: `${JSON.stringify(request)}\n`
  }))
  return {
    json: { file: path, network: request.network, index, nodes },
    text: (paint) =>
      done(paint, 'the request is written; nothing is changed yet', [
        ['file', path],
        ['entry', `would be ${index} of the trust log`],
        ['refused', nodes.length === 0 ? undefined : count(nodes.length, 'node')]
      ]),
    quiet: [path],
    next: `peerage authority sign ${path} --out FILE`
  }
}
