/**
 * A process that stands outside of what it watches: it writes down every line that it is given and
 * answers each once it is synced to disk.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [path = ''] = process.argv.slice(2)
const file = openSync(path, 'wx', 0o600)
for await (const line of createInterface({ input: process.stdin })) {
  writeSync(file, `${line}\n`)
  fsyncSync(file)
  process.stdout.write('noted\n')
}
closeSync(file)
