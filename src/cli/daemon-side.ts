import type { CreatedNetwork, CreateNetworkInit } from '../daemon/create-network.ts'
import type { RunDaemonInit } from '../daemon/daemon.ts'
import type { JoinedNetwork, JoinNetworkInit } from '../daemon/join-network.ts'
import type { RecoveredNetwork, RecoverNetworkInit } from '../daemon/recover-network.ts'
import type { Logger, LogLevel } from '../log.ts'

/** What works on a home without a running daemon. */
export interface DaemonSide {
  createLogger(level: LogLevel): Promise<Logger>
  createNetwork(init: CreateNetworkInit): Promise<CreatedNetwork>
  joinNetwork(init: JoinNetworkInit): Promise<JoinedNetwork>
  recoverNetwork(init: RecoverNetworkInit): Promise<RecoveredNetwork>
  /** Resolves after a clean stop. */
  runDaemon(init: RunDaemonInit): Promise<void>
  /** Whether a daemon holds the home, up to the very end of its stop. */
  isHomeInUse(directory: string): Promise<boolean>
}

/** Each loads its code when it is called: libp2p alone takes hundreds of milliseconds. */
export const daemonSide: DaemonSide = {
  async createLogger(level) {
    const { createLogger } = await import('../daemon/logger.ts')
    return createLogger(level)
  },
  async createNetwork(init) {
    const { createNetwork } = await import('../daemon/create-network.ts')
    return await createNetwork(init)
  },
  async joinNetwork(init) {
    const { joinNetwork } = await import('../daemon/join-network.ts')
    return await joinNetwork(init)
  },
  async recoverNetwork(init) {
    const { recoverNetwork } = await import('../daemon/recover-network.ts')
    return await recoverNetwork(init)
  },
  async runDaemon(init) {
    const { runDaemon } = await import('../daemon/daemon.ts')
    await runDaemon(init)
  },
  async isHomeInUse(directory) {
    const { isHomeInUse } = await import('../daemon/home-in-use.ts')
    return isHomeInUse(directory)
  }
}
