import { noise } from '@chainsafe/libp2p-noise'
import { utf8 } from '../encoding/bytes.ts'
import type { NetworkId } from '../identity/network-id.ts'

/**
 * Plain Noise XX for the front desk. The prologue names desk and network: a joiner with an invite
 * of another network, and a node that takes the desk for the overlay, fail inside the handshake
 * (Noise Protocol Framework §6).
 */
export function frontDeskNoise(network: NetworkId): ReturnType<typeof noise> {
  return noise({ prologueBytes: utf8(`peerage/1|front-desk|${network}`) })
}
