import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * Noise brings two packages that compile WebAssembly as soon as they are loaded. A daemon is ready
 * without: the cipher is there when the first connection encrypts, the hash when somebody calls it.
 */
const LAZY: Readonly<Record<string, string>> = {
  '@chainsafe/as-chacha20poly1305': `
    let cipher
    const start = () => {
      const { ChaCha20Poly1305, newInstance } = require('@chainsafe/as-chacha20poly1305')
      return new ChaCha20Poly1305(newInstance())
    }
    export const newInstance = () => undefined
    export class ChaCha20Poly1305 {
      seal(...args) { return (cipher ??= start()).seal(...args) }
      open(...args) { return (cipher ??= start()).open(...args) }
    }`,
  '@chainsafe/as-sha256': `
    export const digest = (data) => require('@chainsafe/as-sha256').digest(data)`
}

export const lazyCiphers: Plugin = {
  name: 'lazy-ciphers',
  setup(build) {
    const filter = new RegExp(`^(${Object.keys(LAZY).join('|')})$`)
    build.onResolve({ filter }, ({ path, kind, importer }) =>
      kind === 'require-call' ? undefined : { path, namespace: 'lazy', pluginData: importer }
    )
    build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path, pluginData }) => ({
      contents: LAZY[path] ?? '',
      resolveDir: dirname(pluginData)
    }))
  }
}
