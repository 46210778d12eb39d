import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PeerageError } from '../../errors.ts'
import type { Context } from '../context.ts'
import { Cast } from '../demo/cast.ts'
import { createTour, type Seen, type Step } from '../demo/tour.ts'
import { formatDuration } from '../duration.ts'
import type { Input } from '../input.ts'
import { createPaint, type Report } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const { environment } = context
  const directory = mkdtempSync(join(tmpdir(), 'peerage-demo-'))
  const cast = new Cast(directory, environment)
  const keep = input.isSet('keep')
  const { promise: interrupted, reject } = Promise.withResolvers<never>()
  const stopListening = environment.onStopSignal(() => reject(new PeerageError('CANCELED')))
  try {
    const steps = createTour(cast, environment.clock)
    for (const [i, step] of steps.entries()) {
      await Promise.race([play(context, step, `${i + 1}/${steps.length}`), interrupted])
    }
  } finally {
    await cast.end()
    stopListening()
    if (!keep) rmSync(directory, { recursive: true, force: true })
  }
  return {
    json: { event: 'done', ...(keep ? { directory } : {}) },
    text: (paint) => [
      `${paint('good', '✔')} all of it happened, between separate processes on this machine`,
      ...(keep ? [`  the homes are kept in ${directory}`] : [])
    ],
    quiet: keep ? [directory] : [],
    next: keep ? `peerage --home ${join(directory, 'bob')} up` : 'peerage start'
  }
}

async function play(context: Context, step: Step, place: string): Promise<void> {
  const { clock } = context.environment
  const progress = context.startProgress(step.title)
  const start = clock.monotonic()
  try {
    const seen = await step.run()
    progress.end()
    print(context, { step, place, seen, elapsedMs: Math.round(clock.monotonic() - start) })
  } catch (error) {
    progress.end()
    if (!(error instanceof PeerageError) || error.code === 'CANCELED') throw error
    const reason = error.details['reason'] ?? error.code
    throw new PeerageError('DEMO_STEP_FAILED', { step: step.name, reason }, error)
  }
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
