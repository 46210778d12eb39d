import type { ControlClient } from '../control/client.ts'
import type { MethodName, ParamsOf, ResultOf } from '../control/methods/index.ts'
import { LIMITS } from '../limits.ts'
import { connectDaemon } from './connect-daemon.ts'
import type { CallSettings, Context, Settings } from './context.ts'
import type { Environment } from './environment.ts'
import { locateHome } from './home.ts'
import type { Globals } from './program.ts'
import { startProgress } from './progress.ts'
import { readToken } from './secret-input.ts'

/**
 * What a command works with, and how to end it: the connection to the daemon is opened by the
 * first call and kept for those that follow. Throws `SOCKET_PATH_TOO_LONG`.
 */
export function createContext(
  environment: Environment,
  settings: Settings,
  { home: homeOption, tokenFile }: Pick<Globals, 'home' | 'tokenFile'>
): { context: Context; end: () => void } {
  const home = locateHome(environment, homeOption)
  const { stderr, clock, scheduler } = environment
  const program = programOf(environment, homeOption)
  let client: ControlClient | undefined

  const context: Context = {
    environment,
    settings,
    home,
    program,
    async connect() {
      if (client !== undefined) return client
      const connected = await connectDaemon(home, program)
      try {
        if (tokenFile !== undefined) {
          await connected.call('rpc.authenticate', { token: readToken(environment, tokenFile) })
        }
      } catch (thrown) {
        connected.close()
        throw thrown
      }
      client = connected
      return client
    },
    async call<Name extends MethodName>(
      method: Name,
      params: ParamsOf<Name>,
      { doing = 'waiting for the node', timeoutMs }: CallSettings = {}
    ): Promise<ResultOf<Name>> {
      const progress = context.startProgress(doing)
      try {
        const connected = await context.connect()
        const patience = timeoutMs ?? settings.timeoutMs ?? LIMITS.rpcCallMsDefault
        // The names are checked against the methods here; the client is asked without its types.
        return (await connected.callAny(method, params, {
          timeoutMs: patience
        })) as ResultOf<Name>
      } catch (thrown) {
        // The connection may be the fault; a command that tries again gets a new one.
        client?.close()
        client = undefined
        throw thrown
      } finally {
        progress.end()
      }
    },
    callAny: (method, params) => context.call(method as MethodName, params as never),
    startProgress: (text) =>
      startProgress({ stderr, clock, scheduler, enabled: !settings.quiet }, text)
  }
  return { context, end: () => client?.close() }
}

/** npm and npx tell their children who they are; elsewhere the command is on the path. */
function programOf({ variables }: Environment, homeOption: string | undefined): string {
  const name = variables['npm_command'] === undefined ? 'peerage' : 'npx peerage'
  return homeOption === undefined ? name : `${name} --home ${quoted(homeOption)}`
}

function quoted(word: string): string {
  return /^[\w./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
