import type { Ended } from './engine.ts'

/** What a scenario needs of a testnet, wherever its nodes run. The first node holds the authority. */
export interface Testnet {
  readonly kind: 'containers' | 'processes'
  readonly nodes: readonly string[]
  exec(node: string, words: readonly string[]): Promise<Ended>
  /** Ends it as a crash does. */
  kill(node: string): Promise<void>
  /** Starts one that has ended, and waits until it is healthy. */
  start(node: string): Promise<void>
  restart(node: string): Promise<void>
  /** Takes a node off the network, while it goes on to run. */
  part(node: string): Promise<void>
  heal(node: string): Promise<void>
  /** What a program with an authority of its own hears when it dials a node. */
  strangerDials(node: string): Promise<Ended>
}
