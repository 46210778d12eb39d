import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatDuration } from '../../encoding/duration.ts'
import { type ErrorDetails, PeerageError } from '../../errors.ts'
import type { Context } from '../context.ts'
import { Cast } from '../demo/cast.ts'
import { createTour, type Seen, type Step } from '../demo/tour.ts'
import type { Input } from '../input.ts'
import { alignedFacts, createPaint, type Report } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const { environment } = context
  const { promise: interrupted, reject } = Promise.withResolvers<never>()
  const interrupt = () => {
    const suggestion = 'Run it again when you have the time; it takes some ten seconds'
    reject(new PeerageError('DEMO_STEP_FAILED', { reason: 'it was interrupted', suggestion }))
  }
  const stopListening = environment.onStopSignal(interrupt)
  const directory = makeDirectory()
  const cast = new Cast(directory, environment)
  const keep = input.isSet('keep')
  try {
    const steps = createTour(cast, environment.clock)
    for (const [i, step] of steps.entries()) {
      await play(context, step, `${i + 1}/${steps.length}`, interrupted)
    }
  } finally {
    await cast.end()
    if (!keep) rmSync(directory, { recursive: true, force: true })
    stopListening()
  }
  const command = (name: string) => `${context.program} --home ${cast.home(name)}`
  return {
    json: { event: 'done', ...(keep ? { directory, homes: cast.homes() } : {}) },
    text: (paint) => [
      `${paint('good', '✔')} all of it happened, between separate processes on this machine`,
      ...(keep
        ? [
            `  the homes are kept in ${directory}; each of these starts its node:`,
            ...alignedFacts(Object.keys(cast.homes()).map((name) => [name, `${command(name)} up`])),
            '  and what follows, in another terminal, talks to it'
          ]
        : [])
    ],
    quiet: keep ? [directory] : [],
    next: keep ? `peerage --home ${cast.home('hq')} status` : 'peerage start'
  }
}

function makeDirectory(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'peerage-demo-'))
  } catch (error) {
    const suggestion = 'Set TMPDIR to a directory that can be written'
    throw new PeerageError('HOME_UNWRITABLE', { directory: tmpdir(), suggestion }, error)
  }
}

async function play(
  context: Context,
  step: Step,
  place: string,
  interrupted: Promise<never>
): Promise<void> {
  const { clock } = context.environment
  const progress = context.startProgress(step.title)
  const start = clock.monotonic()
  try {
    const seen = await Promise.race([step.run(), interrupted])
    progress.end()
    print(context, { step, place, seen, elapsedMs: Math.round(clock.monotonic() - start) })
  } catch (error) {
    progress.end()
    throw new PeerageError('DEMO_STEP_FAILED', { step: step.name, ...whyOf(error) }, error)
  }
}

function whyOf(error: unknown): ErrorDetails {
  if (!(error instanceof PeerageError)) return { reason: 'an unexpected fault' }
  return { ...error.details, reason: error.details['reason'] ?? error.code }
}

interface Played {
  readonly step: Step
  readonly place: string
  readonly seen: Seen
  readonly elapsedMs: number
}

function print({ environment, settings }: Context, { step, place, seen, elapsedMs }: Played): void {
  const { stdout } = environment
  if (settings.json) {
    stdout.write(`${JSON.stringify({ step: step.name, elapsedMs, ...seen.facts })}\n`)
  } else if (!settings.quiet) {
    const paint = createPaint(settings.color)
    const time = paint('dim', formatDuration(elapsedMs))
    stdout.write(`${paint('good', '✔')} ${paint('dim', place)} ${step.title}  ${time}\n`)
    for (const line of seen.lines) stdout.write(`      ${line}\n`)
  }
}
