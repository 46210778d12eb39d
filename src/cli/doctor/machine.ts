import { existsSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { readConfig } from '../../config/file.ts'
import { PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import { configPath } from '../config-view.ts'
import type { Context } from '../context.ts'
import { bad, type Finding, ok } from './finding.ts'

const MIB = 1024 * 1024
const TCP = /^\/ip[46]\/([^/]+)\/tcp\/(\d+)$/

/** What can be said of the machine and the home whether a daemon runs or not. */
export function examineMachine(context: Context): readonly Finding[] {
  const { directory } = context.home
  const others = [judgeConfig(context), judgeFileLimit()]
  if (!existsSync(directory)) return [bad('home', 'HOME_EMPTY'), ...others]
  return [judgeHome(directory), judgeDisk(directory), judgeNewest(context), ...others]
}

function judgeHome(directory: string): Finding {
  const { mode, uid } = statSync(directory)
  if ((mode & 0o077) !== 0 || uid !== process.getuid?.()) return bad('home', 'HOME_PERMISSIONS')
  const keys = readdirSync(directory).filter((name) => name.endsWith('.key'))
  if (keys.length === 0) return bad('home', 'HOME_EMPTY')
  const exposed = keys.filter((name) => (statSync(join(directory, name)).mode & 0o077) !== 0)
  if (exposed.length > 0) {
    return bad('home', 'KEY_FILE_PERMISSIONS', `others can read ${exposed.join(', ')}`)
  }
  return ok('home', `${directory}, for its owner alone`)
}

function judgeDisk(directory: string): Finding {
  const { bavail, bsize } = statfsSync(directory)
  const free = bavail * bsize
  const result = `${Math.floor(free / MIB)} MiB free`
  if (free < LIMITS.diskLowBytes) return bad('disk', 'STORAGE_FULL', result)
  return ok('disk', result)
}

/** No file of a home can be newer than now, unless the clock is wrong now or was before. */
function judgeNewest({ environment, home }: Context): Finding {
  const times = readdirSync(home.directory).map(
    (name) => statSync(join(home.directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0
  )
  const ahead = Math.max(...times) - environment.clock.now()
  if (ahead > LIMITS.clockSkewMs) return bad('clock', 'CLOCK_BACKWARD')
  return ok('clock', new Date(environment.clock.now()).toISOString())
}

function judgeConfig(context: Context): Finding {
  const path = configPath(context)
  try {
    readConfig(path, { variables: context.environment.variables })
    return ok('configuration', path)
  } catch (error) {
    if (!(error instanceof PeerageError)) throw error
    return { ...bad('configuration', error.code), remedy: 'peerage config check says where.' }
  }
}

/** Each connection and each file takes one descriptor. */
function judgeFileLimit(): Finding {
  const path = '/proc/self/limits'
  const limits = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1]
  if (soft === undefined) return ok('file limit', 'none that this system tells')
  if (Number(soft) >= LIMITS.openFilesMin) return ok('file limit', `${soft} open files`)
  return {
    ...{ check: 'file limit', outcome: 'warning', result: `only ${soft} open files` },
    remedy: `Raise it: ulimit -n ${LIMITS.openFilesMin}, or LimitNOFILE= in the unit.`
  }
}

/** Whether the next start gets the addresses that the file names. */
export async function examinePorts(context: Context): Promise<Finding> {
  const taken: string[] = []
  for (const address of listenOf(context)) {
    const [, host = '', port = '0'] = TCP.exec(address) ?? []
    if (!(await isFree(host, Number(port)))) taken.push(address)
  }
  return taken.length === 0
    ? ok('ports', 'free for the next start')
    : bad('ports', 'ADDRESS_IN_USE', `taken by another program: ${taken.join(' ')}`)
}

/** A configuration that is wrong is a finding of its own. */
function listenOf(context: Context): readonly string[] {
  try {
    const { listen } = readConfig(configPath(context)).config
    return listen.filter((address) => !address.endsWith('/tcp/0'))
  } catch (error) {
    if (error instanceof PeerageError) return []
    throw error
  }
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host, port }, () => probe.close(() => resolve(true)))
  })
}
