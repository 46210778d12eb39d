const POOL_BYTES = 8 * 1024

/**
 * Node takes small buffers out of pools of 64 KiB, and one small buffer that is kept keeps its whole
 * pool. libp2p keeps an id, an address, a distance for as long as it knows a peer: with 19 peers
 * that held 57 pools, 4 MB, for some kilobytes. For the whole process, as there is no other way.
 */
export function keepPoolsSmall(): void {
  Buffer.poolSize = POOL_BYTES
}
