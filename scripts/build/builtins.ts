import { builtinModules } from 'node:module'
import type { Plugin } from 'esbuild'

/** Looked at by what this package never does: commander starts programs for commands of that kind. */
const ON_FIRST_USE = /^node:child_process for .*\/commander\//

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
      const name = JSON.stringify(path.split(' ', 1)[0])
      return ON_FIRST_USE.test(path)
        ? {
            contents: `module.exports = { get spawn() { return process.getBuiltinModule(${name}).spawn } }`
          }
        : { contents: `module.exports = process.getBuiltinModule(${name})` }
    })
  }
}
