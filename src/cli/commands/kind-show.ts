import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { kindFacts } from '../kind-facts.ts'
import { alignedFacts, type Report } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const kind = await context.call('kind.show', { kind: input.argument('kind') })
  const { declaredAt, index, retiredAt } = kind
  const declared = declaredAt === undefined ? 'built in' : `${declaredAt} by entry ${index}`
  return {
    json: kind,
    text: (paint) => [
      `kind ${paint('strong', kind.kind)}, ${kind.model}`,
      ...alignedFacts([...kindFacts(kind), ['declared', declared], ['retired', retiredAt]])
    ],
    quiet: [kind.kind],
    next: `peerage record ls --kind ${kind.kind}`
  }
}
