import { EXIT } from '../errors.ts'
import type { Defense } from '../overlay/defense.ts'
import { alignedFacts, type Report } from './output.ts'

/** What two runs of any scenario have shown. */
interface Played<Run> {
  readonly scenario: {
    readonly name: string
    readonly title: string
    readonly attack: string
    readonly defenses: readonly Defense[]
  }
  readonly nodes: number
  readonly seed: string
  readonly ms: number
  readonly defended: Run
  readonly control: Run
}

interface Telling<Run> {
  /** `the node`, or who else is attacked. */
  readonly who: string
  isHeld(run: Run): boolean
  facts(run: Run): readonly (readonly [string, string])[]
}

/** A control that holds as well shows nothing about the defense, and is not passed over in silence. */
export function scenarioReport<Run extends { readonly attack: Readonly<Record<string, number>> }>(
  outcome: Played<Run>,
  { who, isHeld, facts }: Telling<Run>
): Report {
  const { scenario, nodes, seed, ms, defended, control } = outcome
  const { name, title, attack, defenses } = scenario
  const held = { defended: isHeld(defended), control: isHeld(control) }
  const verdict = held.defended ? (held.control ? 'not-discriminating' : 'held') : 'broken'
  return {
    json: {
      ...{ scenario: name, verdict, nodes, seed, ms, attack, without: defenses },
      ...{ defended: { held: held.defended, ...defended } },
      ...{ control: { held: held.control, ...control } }
    },
    text: (paint) => [
      held.defended
        ? `${paint('good', '✔')} ${title}: ${who} held`
        : `${paint('bad', '✖')} ${title}: ${who} did not hold`,
      `  ${attack}`,
      ...alignedFacts([
        ['attackers', counts(defended.attack)],
        ...facts(defended),
        ['without it', counts(control.attack)],
        ...facts(control)
      ]),
      ...(held.control ? ['  the control held, too: this run shows nothing about the defense'] : [])
    ],
    quiet: [verdict],
    exit: held.defended ? EXIT.ok : EXIT.verification
  }
}

function counts(numbers: Readonly<Record<string, number>>): string {
  return Object.entries(numbers)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ')
}
