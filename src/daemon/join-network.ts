import { PeerageError } from '../errors.ts'
import { openInvite } from '../identity/invite.ts'
import { nodeIdOf } from '../identity/node-id.ts'
import type { Logger } from '../log.ts'
import { requireNoSessionKeyDump } from '../overlay/session-key-dump.ts'
import { joinNetwork as enroll } from '../protocols/enrollment/index.ts'
import { stageTrustLog } from '../storage/trust-store.ts'
import { formatTime, systemClock } from '../time/clock.ts'
import { systemScheduler } from '../time/scheduler.ts'
import { openHome } from './home.ts'
import {
  loadOrCreateKey,
  openHomeDatabase,
  requireNoNetwork,
  saveConfig,
  saveMembership
} from './home-contents.ts'

export interface JoinNetworkInit {
  readonly home: string
  readonly inviteText: string
  /** TCP multiaddrs; empty for the default. */
  readonly listen: readonly string[]
  readonly passphrase?: Uint8Array
  readonly log: Logger
  /** Told the step under way, for the terminal. */
  readonly progress: (step: string) => void
}

export interface JoinedNetwork {
  readonly network: { readonly id: string; readonly name: string }
  readonly node: { readonly id: string; readonly name: string; readonly member: string }
  readonly groups: readonly string[]
  readonly certificate: { readonly serial: string; readonly notAfter: string }
}

const STEPS = {
  dial: 'calling the front desk',
  enroll: 'enrolling',
  fetch: 'fetching and verifying the trust log'
} as const

/**
 * Uses an invite and makes the home a node of its network. The invite is judged before anything is
 * written; the key stays when the front desk cannot be reached, so that trying again goes on with
 * it.
 *
 * Throws the faults of the invite, `HOME_ALREADY_JOINED`, and those of {@link enroll}.
 */
export async function joinNetwork(init: JoinNetworkInit): Promise<JoinedNetwork> {
  requireNoSessionKeyDump(process.env)
  const clock = systemClock
  const opened = openInvite(init.inviteText, { now: clock.now() })
  if (!opened.ok) throw new PeerageError(opened.fault, opened.detail)
  const invite = opened.value
  const home = openHome(init.home)
  const db = openHomeDatabase(home)
  try {
    requireNoNetwork(db)
    await saveConfig(home, init.listen.length === 0 ? {} : { listen: [...init.listen] })
    const key = await loadOrCreateKey(home.nodeKey, 'node', init.passphrase)
    const stage = () => stageTrustLog(db)
    const joined = await enroll({ key, clock, scheduler: systemScheduler, stage }, invite, {
      onStep: (step) => init.progress(STEPS[step])
    })
    const { entries, genesis, head, certificate, addresses } = joined
    saveMembership(db, {
      ...{ entries, genesis, head },
      certificate: certificate.bytes,
      bootstrap: addresses,
      desk: invite.frontDesk
    })
    init.log.info('network.joined', { network: invite.network })
    const { member, node, serial, notAfter } = certificate
    return {
      network: { id: invite.network, name: invite.networkName },
      node: { id: nodeIdOf(key.publicKey), name: node, member },
      groups: invite.groups,
      certificate: { serial, notAfter: formatTime(notAfter) }
    }
  } finally {
    db.close()
  }
}
