import type { ResultOf } from '../control/methods/index.ts'
import { cutTable } from './list-report.ts'
import type { Paint } from './output.ts'

type Keys = ResultOf<'authority.show'>['keys']

/** `sha256:` and 16 digits: a person compares no more, and no network has two keys alike in them. */
const FINGERPRINT_SHOWN = 23

/** Every authority key, in order, as many as fit. */
export function authorityKeyTable(
  paint: Paint,
  keys: Keys,
  { linesMax, program }: { readonly linesMax: number; readonly program: string }
): string[] {
  return cutTable(paint, {
    heading: ['KEY', 'STANDING', 'SINCE', 'HERE'],
    rows: keys.map(({ fingerprint, standing, since, held }) => [
      fingerprint.slice(0, FINGERPRINT_SHOWN),
      ...[standing, since, held ? 'yes' : 'no']
    ]),
    empty: 'no keys',
    linesMax,
    all: `${program} authority show --json`
  })
}
