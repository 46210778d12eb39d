/** Feeds every decoder a million mutated inputs, or as many as the first argument says. */
import { subjects } from '../test/fuzz/corpus.ts'
import { fuzz } from '../test/fuzz/fuzz.ts'

const INPUTS_DEFAULT = 1_000_000
const CASE_MS_MAX = 50
const GROWTH_BYTES_MAX = 64 << 20
const ROUND = 10_000

const inputs = Number(process.argv[2] ?? INPUTS_DEFAULT)
let failures = 0
for (const subject of subjects()) {
  // Before anything is compared, code is compiled and caches are full.
  fuzz(subject, ROUND, 1)
  const before = process.memoryUsage.rss()
  const start = performance.now()
  let [taken, longestMs] = [0, 0]
  for (let done = 0; done < inputs; done += ROUND) {
    const report = fuzz(subject, Math.min(ROUND, inputs - done), 2 + done)
    taken += report.taken
    longestMs = Math.max(longestMs, report.longestMs)
  }
  const growth = process.memoryUsage.rss() - before
  const seconds = (performance.now() - start) / 1000
  const isWell = longestMs <= CASE_MS_MAX && growth <= GROWTH_BYTES_MAX
  if (!isWell) failures++
  process.stdout.write(
    `${isWell ? '✔' : '✖'} ${subject.name}: ${inputs} inputs in ${seconds.toFixed(1)} s, ${taken} taken, ` +
      `longest ${longestMs.toFixed(1)} ms, memory ${Math.round(growth / 1024)} KiB\n`
  )
}
process.exitCode = failures === 0 ? 0 : 1
