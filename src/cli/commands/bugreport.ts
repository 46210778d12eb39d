import { utf8 } from '../../encoding/bytes.ts'
import { toPeerageError } from '../../errors.ts'
import { viewConfig } from '../config-view.ts'
import type { Context } from '../context.ts'
import { examine } from '../doctor/examine.ts'
import type { Input } from '../input.ts'
import { lastLines, logPath } from '../log-lines.ts'
import { done, type Report } from '../output.ts'
import { createFile } from '../output-file.ts'
import { withoutSecrets } from '../secret-input.ts'

const LOG_LINES = 300
const JOURNAL_ROWS = 100

/** One file for whoever helps: what is known of the node, and no secret. */
export async function run(context: Context, input: Input): Promise<Report> {
  const file = createFile(context.environment, input.required('out'), 0o600)
  try {
    const report = {
      versions: { node: process.versions.node, platform: process.platform, arch: process.arch },
      doctor: await orCode(() => examine(context)),
      config: await orCode(() => viewConfig(context)),
      status: await orCode(() => context.call('node.status', {})),
      metrics: await orCode(() => context.call('node.metrics', {})),
      journal: await orCode(() => context.call('audit.search', { limit: JOURNAL_ROWS })),
      log: lastLines(logPath(context.home), LOG_LINES)
    }
    file.write(utf8(`${withoutSecrets(JSON.stringify(report, null, 2))}\n`))
  } catch (error) {
    file.discard()
    throw error
  }
  return {
    json: { file: file.path },
    text: (paint) =>
      done(paint, 'written: no key, passphrase, invite or code is in it', [
        ['file', file.path],
        ['names', 'of members and nodes, and addresses, are: look before you hand it on']
      ]),
    quiet: [file.path]
  }
}

/** A part that cannot be had says why; the others matter all the more. */
async function orCode(part: () => Promise<unknown>): Promise<unknown> {
  try {
    return await part()
  } catch (thrown) {
    return { missing: toPeerageError(thrown).code }
  }
}
