import { ERRORS, type ErrorRow } from '../../src/errors.ts'
import { table } from './table.ts'

/** The reference of the errors as Markdown, made from the one table that the program uses. */
export function renderErrors(): string {
  const rows: [string, ErrorRow][] = Object.entries(ERRORS)
  return `${[
    '# Errors',
    'Made by `npm run docs` from `src/errors.ts`.',
    'Every refusal and every failure has one of these codes, on the control socket, on the command line and between nodes. The number is the error code of JSON-RPC and the status between nodes; `exit` is the exit code of the command line; an error that may be retried can go away without anybody changing anything; the penalty is what a peer that caused the error is blamed with.',
    table(
      ['code', 'number', 'layer', 'exit', 'retry', 'penalty', 'what happened', 'what to do'],
      rows.map(([code, row]) => [
        `\`${code}\``,
        String(row.number),
        row.layer,
        String(row.exit),
        row.retryable ? 'yes' : 'no',
        row.penalty,
        row.text,
        row.hint
      ])
    )
  ].join('\n\n')}\n`
}
