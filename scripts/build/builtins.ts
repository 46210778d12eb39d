import { builtinModules } from 'node:module'
import type { Plugin } from 'esbuild'

/**
 * Takes Node's own modules from `process.getBuiltinModule` instead of by import. An import reads
 * every export of such a module to make its ES view, which starts what Node loads on first use
 * only: of node:fs alone the streams, the promises and more, in every command.
 *
 * Each importing file gets such a line of its own: one that several share would be a file to load.
 */
export const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  setup(build) {
    const names = builtinModules.map((name) => name.replace(/^node:/, ''))
    const filter = new RegExp(`^(node:.*|${names.join('|')})$`)
    build.onResolve({ filter }, ({ path, importer }) => ({
      path: `${path.replace(/^(node:)?/, 'node:')} for ${importer}`,
      namespace: 'builtin'
    }))
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const [name] = path.split(' ', 1)
      return { contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)})` }
    })
  }
}
