import manifest from '../../../package.json' with { type: 'json' }
import type { ResultOf } from '../../control/methods/index.ts'
import { formatDuration } from '../../encoding/duration.ts'
import { toPeerageError } from '../../errors.ts'
import type { Context } from '../context.ts'
import { freshnessWords } from '../freshness-words.ts'
import { count } from '../output.ts'
import { type Finding, ok } from './finding.ts'
import { examineMachine, examinePorts } from './machine.ts'

type Status = ResultOf<'node.status'>

/** Everything that is worth a look when a node does not do what it should. */
export async function examine(context: Context): Promise<readonly Finding[]> {
  const machine = examineMachine(context)
  const status = await statusOf(context)
  if (status === undefined) {
    const daemon: Finding = {
      ...{ check: 'daemon', outcome: 'warning', result: 'none runs here' },
      remedy: `Start it: ${context.program} up`
    }
    return [...machine, versions(undefined), daemon, await examinePorts(context)]
  }
  // The daemon knows more of the clock than the files do.
  const seen = machine.filter(({ check, outcome }) => check !== 'clock' || outcome === 'ok')
  const { reasons } = await context.call('node.health', {})
  const grave = new Set(reasons.map(({ code }) => code))
  return merge([...seen, versions(status.version), ...examineNode(status)], { status, grave })
}

async function statusOf(context: Context): Promise<Status | undefined> {
  try {
    return await context.call('node.status', {})
  } catch (thrown) {
    if (toPeerageError(thrown).code === 'DAEMON_UNREACHABLE') return undefined
    throw thrown
  }
}

function versions(running: string | undefined): Finding {
  const { version } = manifest
  if (running === undefined || running === version) {
    return ok('versions', `Peerage ${version}, Node.js ${process.versions.node}`)
  }
  return {
    ...{ check: 'versions', outcome: 'warning' },
    result: `the daemon is ${running}, this command ${version}`,
    remedy: 'Start the daemon again: peerage down, then peerage up.'
  }
}

function examineNode({ uptimeMs, listen, peers, certificate, trust }: Status): readonly Finding[] {
  return [
    ok('daemon', `runs for ${formatDuration(uptimeMs)}`),
    ok('ports', listen.length === 0 ? 'listens nowhere' : listen.join(' ')),
    ok('reachability', `${count(peers.connected, 'peer')} connected`),
    ok('certificate', `until ${certificate.notAfter}`),
    ok('freshness', freshnessWords(trust.freshness))
  ]
}

/** Which check a code belongs to; the first that fits. */
const TOPICS = [
  ['clock', /^CLOCK_/],
  ['certificate', /^CERTIFICATE_|^MEMBER_/],
  ['freshness', /^TRUST_(STALE|VIEW)/],
  ['reachability', /^NO_PEER/],
  ['home', /^KEY_FILE/]
] as const

/** What the node itself asks attention for takes the place of the check that it is about. */
function merge(
  findings: readonly Finding[],
  { status, grave }: { readonly status: Status; readonly grave: ReadonlySet<string> }
): readonly Finding[] {
  const asked = status.attention.map(({ code, message, remedy }): Finding => {
    const check = TOPICS.find(([, form]) => form.test(code))?.[0] ?? 'alarms'
    const outcome = grave.has(code) ? 'bad' : 'warning'
    return { check, outcome, result: `${code}: ${message}`, remedy }
  })
  const replaced = new Set(asked.map(({ check }) => check))
  return [...asked, ...findings.filter(({ check }) => !replaced.has(check))]
}
