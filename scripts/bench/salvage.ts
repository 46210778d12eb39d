import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { homeAt } from '../../src/daemon/home.ts'
import { fileTime, setFileTime } from '../../test/support/file-time.ts'
import { type Daemon, Installation } from './daemons.ts'
import { type Bench, compare } from './measure.ts'

const RECORDS = 200
const LOOK_EVERY_MS = 100
const MARK = 'what the disk will lose'

/** A node is stopped, its disk loses a bit of every record, and it starts again among two others. */
export const bench: Bench = async ({ rounds }) => {
  const installation = await Installation.create()
  try {
    const [writer, other, holder] = await installation.network(3)
    assert.ok(writer !== undefined && other !== undefined && holder !== undefined)
    const text = MARK.padEnd(1000, '.')
    for (let i = 0; i < RECORDS; i++) {
      await writer.client.call('record.put', { kind: 'note', name: `n${i}`, text })
    }
    let last: Daemon = holder
    await held(last)
    const comparison = await compare({
      title: `${RECORDS} records of 1 KiB, each with a flipped bit, on one of three nodes`,
      rounds,
      subjects: [
        {
          name: 'damaged node',
          async run() {
            await last.stop()
            hurt(homeAt(last.home).database)
            const begun = performance.now()
            last = await installation.up('node-2')
            const upMs = performance.now() - begun
            const { attention } = await last.client.call('node.status')
            assert.ok(attention.some(({ code }) => code === 'STORAGE_SALVAGED'))
            await held(last)
            return { 'up ms': upMs, 'all records again ms': performance.now() - begun }
          }
        }
      ],
      goals: [
        { subject: 'damaged node', figure: 'up ms', atMost: 10_000 },
        { subject: 'damaged node', figure: 'all records again ms', atMost: 60_000 }
      ]
    })
    return [comparison]
  } finally {
    await installation.end()
  }
}

/** Resolves when a node has all records, verified as they are listed. */
async function held({ client }: Daemon): Promise<void> {
  for (;;) {
    let count = 0
    let cursor: string | undefined
    do {
      const params = { kind: 'note', ...(cursor === undefined ? {} : { cursor }) }
      const { items, nextCursor } = await client.call('record.list', params)
      count += items.length
      cursor = nextCursor ?? undefined
    } while (cursor !== undefined)
    if (count >= RECORDS) return
    await pause(LOOK_EVERY_MS)
  }
}

/** As a disk does it: no time of the file changes. */
function hurt(path: string): void {
  const time = fileTime(path)
  const bytes = readFileSync(path)
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    bytes[at + 1] = (bytes[at + 1] ?? 0) ^ 1
  }
  writeFileSync(path, bytes)
  setFileTime(path, time)
}
