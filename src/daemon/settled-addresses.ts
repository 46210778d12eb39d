import { createServer } from 'node:net'
import { PeerageError } from '../errors.ts'
import type { SettingKey, SettingsStore } from '../storage/settings-store.ts'

const TCP = /^\/ip[46]\/([^/]+)\/tcp\/(\d+)$/

/**
 * The addresses to listen on, with a real port in each: port 0 takes a free one at the first start
 * and keeps it, so that addresses told to others stay true. A configured address that changed is
 * settled anew.
 */
export async function settleAddresses(
  settings: SettingsStore,
  key: Extract<SettingKey, 'listen' | 'front-desk'>,
  configured: readonly string[]
): Promise<readonly string[]> {
  const before = parseList(settings.get(key))
  const settled: string[] = []
  for (const [i, address] of configured.entries()) {
    const kept = before[i]
    const isKept = kept !== undefined && withPort(kept, 0) === address
    settled.push(isKept ? kept : await settle(address))
  }
  const text = JSON.stringify(settled)
  // A write waits for the disk, and at every start but the first there is nothing new.
  if (text !== settings.get(key)) settings.set(key, text)
  return settled
}

/** A list of texts that this node wrote itself; anything else counts as empty. */
export function parseList(text: string | undefined): readonly string[] {
  const list: unknown = text === undefined ? [] : JSON.parse(text)
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : []
}

async function settle(address: string): Promise<string> {
  const [, host, port] = TCP.exec(address) ?? []
  if (host === undefined) throw new PeerageError('ADDRESS_INVALID', { address })
  return port === '0' ? withPort(address, await freePort(host)) : address
}

function withPort(address: string, port: number): string {
  return address.replace(/\d+$/, String(port))
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => reject(new PeerageError('ADDRESS_INVALID', { host }, error)))
    probe.listen({ host, port: 0 }, () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
