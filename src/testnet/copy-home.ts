import { chmodSync, cpSync } from 'node:fs'

/** A home that nobody else can look into, as a daemon wants it. */
export function copyHome(from: string, to: string): void {
  cpSync(from, to, { recursive: true })
  // Runtimes before 26 give a copied directory the mode of a new one.
  chmodSync(to, 0o700)
}
