import type { ControlClient } from '../control/client.ts'
import type { MethodName, ParamsOf, ResultOf } from '../control/methods/index.ts'
import type { Environment } from './environment.ts'
import type { CommandHome } from './home.ts'
import type { OutputSettings } from './output.ts'
import type { Progress } from './progress.ts'

export interface Settings extends OutputSettings {
  /** `--timeout` in milliseconds, where given. */
  readonly timeoutMs: number | undefined
}

export interface CallSettings {
  /** What the progress line says. */
  readonly doing?: string
  /** Else `--timeout`, else the default of the table of limits. */
  readonly timeoutMs?: number
}

/** What a command works with. */
export interface Context {
  readonly environment: Environment
  readonly settings: Settings
  readonly home: CommandHome
  /** How the caller began the command line, home included, for the commands proposed next. */
  readonly program: string
  /** Calls a method of the running daemon; connects at the first call. */
  call<Name extends MethodName>(
    method: Name,
    params: ParamsOf<Name>,
    settings?: CallSettings
  ): Promise<ResultOf<Name>>
  /** Calls a method by a name that this version need not know. */
  callAny(method: string, params: object): Promise<unknown>
  /** The connection that the calls use. Throws `DAEMON_UNREACHABLE`. */
  connect(): Promise<ControlClient>
  /** Shows what is being waited for, once it takes long. */
  startProgress(text: string): Progress
}
