import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/**
 * Ships a module that is one long list of numbers as bytes: kad-dht knows a key for each of 65 536
 * prefixes, which as source text is the largest part of the daemon and the slowest to start.
 */
export const numberTables: Plugin = {
  name: 'number-tables',
  setup(build) {
    build.onLoad({ filter: /\/generated-prefix-list\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      const list = /^export default \[([\d,\s]+)\];/.exec(text)?.[1]
      if (list === undefined) throw new Error(`${path} is no longer one list of numbers`)
      const numbers = Uint32Array.from(
        list.split(',').filter((word) => word.trim() !== ''),
        Number
      )
      const base64 = Buffer.from(numbers.buffer).toString('base64')
      return {
        contents: `const bytes = Uint8Array.from(Buffer.from(${JSON.stringify(base64)}, 'base64'))
export default new Uint32Array(bytes.buffer)`
      }
    })
  }
}
