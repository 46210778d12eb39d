/**
 * Who attacks the nodes of the demo: on loopback, a handful of messages each. They use the parts of
 * a node without its rules, as an attacker's own program would.
 */
import { PrivateKey } from '../../crypto/ed25519.ts'
import { systemRandom } from '../../crypto/random.ts'
import { Lifecycle } from '../../daemon/lifecycle.ts'
import { openNode } from '../../daemon/open-node.ts'
import { parseText, utf8 } from '../../encoding/bytes.ts'
import { accept } from '../../encoding/verdict.ts'
import { PeerageError } from '../../errors.ts'
import { issueCertificate } from '../../identity/certificate-issue.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import { type NodeId, nodeIdOf } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import { silentLogger } from '../../log.ts'
import type { TrustView } from '../../overlay/admission.ts'
import { createHost } from '../../overlay/host.ts'
import { createOverlay } from '../../overlay/overlay.ts'
import { RECORD } from '../../protocols/record/messages.ts'
import { NOTE } from '../../records/built-in-kinds.ts'
import { type RecordContent, sealRecord } from '../../records/record.ts'
import { systemClock } from '../../time/clock.ts'
import { systemScheduler } from '../../time/scheduler.ts'
import { parseCheckpoint, sealCheckpoint } from '../../trust/checkpoint.ts'

/** A node that is attacked. */
export interface Target {
  readonly nodeId: NodeId
  readonly address: string
}

const PARTS = { clock: systemClock, scheduler: systemScheduler, log: silentLogger }
const NOWHERE = { listen: [], version: '0.0' }

/** A dial of somebody who should not get in. */
export interface Attempt {
  readonly nodeId: NodeId
  /** What he was told, or `ADMITTED`. */
  readonly code: string
}

/**
 * Dials as somebody who knows everything that is public: the network's id, its newest checkpoint
 * and the key of its authority, but has a certificate of an authority of his own. With the id of
 * another network he is somebody who took the wrong door.
 */
export async function dialAsStranger(
  { nodeId, address }: Target,
  knowledge: { readonly network: NetworkId; readonly checkpoint: string }
): Promise<Attempt> {
  const { network } = knowledge
  const known = parseText(knowledge.checkpoint, 'base64url')
  const checkpoint = known.ok ? parseCheckpoint(known.value) : known
  if (!checkpoint.ok) throw new PeerageError(checkpoint.fault)
  const { signer: authority } = checkpoint.value
  const [key, ownAuthority] = [PrivateKey.generate(systemRandom), PrivateKey.generate(systemRandom)]
  const now = systemClock.now()
  const certificate = await issueCertificate({
    authority: ownAuthority,
    network,
    member: 'mallory',
    node: 'laptop',
    publicKey: key.publicKey,
    notBefore: now - LIMITS.certificateBackdateMs,
    notAfter: now + LIMITS.certificateLifetimeMs,
    method: 'invite',
    assurance: 1,
    random: systemRandom
  })
  const head = sealCheckpoint({ ...checkpoint.value.checkpoint, time: now }, ownAuthority)
  const trust: TrustView = {
    network,
    size: checkpoint.value.checkpoint.size,
    entries: () => [],
    head: () => ({ bytes: head, checkpoint: { time: now } }),
    judgeCheckpoint: () => accept({ checkpoint: checkpoint.value, relation: 'same' }),
    state: {
      // He takes every certificate of the real authority: he would be glad to get in.
      authorityKeys: [authority],
      signingKey: authority,
      recoveryKey: undefined,
      succession: [],
      keyStanding: () => undefined,
      exclusionOf: () => undefined,
      node: () => ({ member: 'office', node: 'hq' })
    }
  }
  const host = await createHost({ ...PARTS, key, trust, certificate: () => certificate }, NOWHERE)
  await host.start()
  try {
    const dialed = await host.dial(nodeId, [address])
    const code = dialed.ok ? 'ADMITTED' : String(dialed.detail?.['reason'] ?? dialed.fault)
    return { nodeId: nodeIdOf(key.publicKey), code }
  } finally {
    await host.stop()
  }
}

export interface Forgery {
  readonly what: 'honest' | 'foreign' | 'broken'
  /** What the storing node said, or `STORED`. */
  readonly code: string
}

/**
 * Connects with the real certificate of `home`, whose daemon is not running, and sends three
 * records: an honest one, one in the name of another member, and one whose signature is broken.
 */
export async function storeAsInsider(
  home: string,
  { nodeId, address }: Target,
  { victim, name }: { readonly victim: string; readonly name: string }
): Promise<readonly Forgery[]> {
  const lifecycle = new Lifecycle(silentLogger)
  const passphrases = { passphrase: undefined, authorityPassphrase: undefined }
  const time = { clock: systemClock, scheduler: systemScheduler }
  const init = { directory: home, ...passphrases, ...time }
  try {
    const opened = await openNode(init, lifecycle)
    const { key, log } = opened
    const certificate = opened.certificate.current()
    const { network } = log
    const overlay = await createOverlay(
      {
        ...{ ...PARTS, key, trust: log, random: systemRandom },
        certificate: () => certificate.bytes,
        addressStore: { load: () => [], save() {}, remove() {} },
        liveNodes: () => []
      },
      { ...NOWHERE, bootstrap: [] }
    )
    await overlay.start()
    lifecycle.started('overlay', () => overlay.stop())
    const connected = await overlay.connect(nodeId, [address])
    if (!connected.ok) throw new PeerageError(connected.fault, connected.detail)
    const content = (owner: string): RecordContent => ({
      ...{ network, kind: NOTE.name, owner, name, version: 1_000, lifetimeMs: NOTE.lifetimeMs },
      storedAt: systemClock.now(),
      form: 'plain',
      value: utf8('pay mallory')
    })
    const own = sealRecord(content(certificate.member), key)
    const broken = Uint8Array.from(own)
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
    const store = async (record: Uint8Array) => {
      const answer = await overlay.call(nodeId, RECORD, { ask: 'store', record })
      return answer.ok ? 'STORED' : answer.fault
    }
    return [
      { what: 'foreign', code: await store(sealRecord(content(victim), key)) },
      { what: 'broken', code: await store(broken) },
      { what: 'honest', code: await store(own) }
    ]
  } finally {
    await lifecycle.stopAll()
  }
}
