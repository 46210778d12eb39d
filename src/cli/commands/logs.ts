import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { lastLines, logPath, readableLine, readFrom } from '../log-lines.ts'
import type { Report } from '../output.ts'

const LINES_DEFAULT = 11
/** How often is looked for more. */
const LOOK_MS = 250

/** From the files of the home: also what a daemon has said that does not run any more. */
export async function run(context: Context, input: Input): Promise<Report | undefined> {
  const path = logPath(context.home)
  const lines = lastLines(path, input.integer('lines') ?? LINES_DEFAULT)
  const shown = lines.map(readableLine)
  if (input.isSet('follow')) {
    await follow(context, path, lines)
    return undefined
  }
  return {
    json: { file: path, lines },
    text: () => (shown.length === 0 ? ['nothing was logged yet'] : shown),
    quiet: shown,
    ...(shown.length < LINES_DEFAULT ? { next: 'peerage logs --follow' } : {})
  }
}

/** Each line as it comes, until a signal; with `--json` as it is in the file. */
async function follow(context: Context, path: string, first: readonly string[]): Promise<void> {
  const { environment, settings } = context
  const { scheduler, stdout } = environment
  const print = (line: string) => stdout.write(`${settings.json ? line : readableLine(line)}\n`)
  let place = readFrom(path, Number.MAX_SAFE_INTEGER)
  let unfinished = ''
  for (const line of first) print(line)
  const look = () => {
    const known = readFrom(path, place?.end ?? 0)
    const isSame = known?.file === place?.file
    const part = isSame ? known : readFrom(path, 0)
    if (part === undefined) return
    place = part
    const [last = '', ...whole] = `${isSame ? unfinished : ''}${part.text}`.split('\n').reverse()
    unfinished = last
    for (const line of whole.reverse()) print(line)
  }
  await new Promise<void>((resolve) => {
    const cancel = scheduler.every(LOOK_MS, look)
    const stopListening = environment.onStopSignal(() => {
      cancel()
      stopListening()
      resolve()
    })
  })
}
