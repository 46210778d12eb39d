import { EXIT } from '../../errors.ts'
import type { Context } from '../context.ts'
import { examine } from '../doctor/examine.ts'
import { LINES_MAX, printable, type Report } from '../output.ts'

/** What is wrong comes first, each with its remedy; what is well shares one line. */
export async function run(context: Context): Promise<Report> {
  const findings = await examine(context)
  const wrong = findings.filter(({ outcome }) => outcome !== 'ok')
  const well = findings.filter(({ outcome }) => outcome === 'ok')
  const isBad = wrong.some(({ outcome }) => outcome === 'bad')
  return {
    json: { healthy: !isBad, findings },
    text: (paint) => {
      const shown = wrong.slice(0, WRONG_MAX)
      const problems = shown.flatMap(({ check, result, remedy = '' }) => [
        `${paint('bad', '✖')} ${paint('strong', check)}  ${printable(result)}`,
        `  ${paint('strong', 'fix:')} ${printable(remedy)}`
      ])
      const more = wrong.length - shown.length
      const rest = more === 0 ? [] : [`  … ${more} more (peerage doctor --json)`]
      const summary = `${paint('good', '✔')} ${well.map(({ check }) => check).join(', ')}`
      if (wrong.length > 0) return [...problems, ...rest, summary]
      const facts = well.map(({ check, result }) => `  ${check.padEnd(15)}${printable(result)}`)
      return [`${paint('good', '✔')} all is well`, ...facts].slice(0, LINES_MAX)
    },
    quiet: wrong.map(({ check }) => check),
    ...(isBad ? { exit: EXIT.failure } : {})
  }
}

/** Two lines each, and two for what follows. */
const WRONG_MAX = (LINES_MAX - 2) / 2
