#!/usr/bin/env node
// Runs on any Node.js ≥ 18. One too old for Peerage hands over to the runtime pinned in the clone.

// An import would read every export of such a module, and so start what Node loads on first use.
const builtin = process.getBuiltinModule ?? ((name) => import(name))
const { existsSync } = await builtin('node:fs')

const MINIMUM = [24, 7]
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const supported = major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])
const pinned = new URL('../node_modules/node/bin/node', import.meta.url)

if (supported) await run()
else if (process.env.PEERAGE_LAUNCHER === undefined && existsSync(pinned)) await handOver()
else refuse()

async function run() {
  if (process.env.PEERAGE_LAUNCHER === String(process.ppid) && process.connected) {
    // Whoever ends the launcher, even with kill -9, means this process.
    process.channel?.unref()
    process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  }
  delete process.env.PEERAGE_LAUNCHER
  // Until 26.7 a process can hang for ever at its exit (nodejs/node#54918): it waits for a compiler
  // in the background, which waits for a collection of garbage by the one that exits.
  if (major < 26 || (major === 26 && minor < 7)) {
    const { setFlagsFromString } = process.getBuiltinModule('node:v8')
    setFlagsFromString('--no-maglev')
    setFlagsFromString('--no-concurrent-sparkplug')
  }
  enableCompileCache()
  // A clone runs its sources, never what was once built from them; the package has no sources.
  const sources = new URL('../src/cli/main.ts', import.meta.url)
  const built = new URL('../dist/cli/main.js', import.meta.url)
  await import((existsSync(sources) ? sources : built).href)
}

/** Below the user's own home: in Node's default, a shared /tmp, others could plant code. */
function enableCompileCache() {
  const { enableCompileCache } = process.getBuiltinModule('node:module')
  const { join } = process.getBuiltinModule('node:path')
  const { XDG_CACHE_HOME, HOME } = process.env
  const cache = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'))
  if (cache) enableCompileCache?.(join(cache, 'peerage'))
}

async function handOver() {
  const { spawn } = await import('node:child_process')
  const { constants } = await import('node:os')
  const { fileURLToPath } = await import('node:url')
  const child = spawn(
    fileURLToPath(pinned),
    [fileURLToPath(import.meta.url), ...process.argv.slice(2)],
    {
      stdio: [...descriptors(), 'ipc'],
      env: { ...process.env, PEERAGE_LAUNCHER: String(process.pid) }
    }
  )
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => child.kill(signal))
  }
  child.on('error', refuse)
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

/** Standard streams, and the descriptor that `--passphrase-fd N` names. */
function descriptors() {
  const given = process.argv.join(' ').match(/ --passphrase-fd[ =](\d{1,3})(?: |$)/)
  const extra = given === null ? 0 : Number(given[1])
  const stdio = ['inherit', 'inherit', 'inherit']
  while (stdio.length < extra) stdio.push('ignore')
  return extra > 2 ? [...stdio, extra] : stdio
}

function refuse() {
  const code = 'RUNTIME_UNSUPPORTED'
  const message = `Peerage needs Node.js ${MINIMUM.join('.')} or newer; this is ${process.versions.node}.`
  const hint = `Install Node.js ${MINIMUM.join('.')} or newer, or run npm ci in the clone, which brings its own.`
  const details = { required: MINIMUM.join('.'), found: process.versions.node }
  const error = { code, message, layer: 'config', hint, retryable: false, details }
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error })}\n`)
  else process.stderr.write(`✖ ${code}  ${message}\n  fix: ${hint}\n`)
  process.exitCode = 1
}
