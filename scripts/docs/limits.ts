import { LIMIT_TABLE } from '../../src/limits.ts'
import { table } from './table.ts'

/** The reference of the limits as Markdown, made from the one table that the program uses. */
export function renderLimits(): string {
  return `${[
    '# Limits',
    'Made by `npm run docs` from `src/limits.ts`.',
    'Every bound on bytes, items, time and rates. A bound is enforced before decoding and before expensive cryptography.',
    table(
      ['limit', 'value', 'unit', 'reason'],
      Object.entries(LIMIT_TABLE).map(([name, { value, unit, why }]) => [
        `\`${name}\``,
        group(value),
        unit,
        why
      ])
    )
  ].join('\n\n')}\n`
}

/** 1048576 as 1 048 576. */
function group(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ')
}
