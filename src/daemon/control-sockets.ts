import type { Config } from '../config/schema.ts'
import type { ControlSocket } from '../control/server.ts'
import type { Home } from './home.ts'

/** In the home, for its owner alone; elsewhere only by a setting, for the group of the directory. */
export function controlSockets(home: Home, config: Config): readonly ControlSocket[] {
  const uid = process.getuid?.() ?? 0
  const { observe_socket: observe, delegate_socket: delegate } = config
  const control = { role: 'control', path: home.controlSocket, mode: 0o600, uid } as const
  const observed =
    observe === undefined
      ? ({ role: 'observe', path: home.observeSocket, mode: 0o600, uid } as const)
      : ({ role: 'observe', path: observe, mode: 0o660, uid } as const)
  if (delegate === undefined) return [control, observed]
  return [control, observed, { role: 'delegate', path: delegate, mode: 0o660, uid }]
}
