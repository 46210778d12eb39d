import { PublicKey } from '../crypto/ed25519.ts'
import { equalBytes, toHex } from '../encoding/bytes.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { AuthorityKeyStep, Genesis, Recovered } from './entry.ts'
import type { Rule } from './rule.ts'
import { UndoCell, type UndoLog, UndoMap } from './undo.ts'

/**
 * `prepared`: announced, signs nothing yet. `active`: the one key that signs entries, checkpoints
 * and certificates. `retired`: signs nothing any more, its certificates stay good. `tainted`: its
 * certificates are good, and every node renews at once. `revoked`: its certificates are refused.
 */
export type KeyStanding = 'prepared' | 'active' | 'retired' | 'tainted' | 'revoked'

export interface AuthorityKey {
  readonly key: PublicKey
  readonly standing: KeyStanding
  /** When it came to this standing. */
  readonly since: UnixMillis
  /** The entry that says so. */
  readonly index: number
}

/** An entry that is about who comes into office. */
export interface SuccessionStep {
  readonly index: number
  readonly time: UnixMillis
}

/** From which standings a step may come. */
const FROM: { readonly [Step in AuthorityKeyStep['step']]: readonly (KeyStanding | undefined)[] } =
  {
    // A key is announced once; what was revoked never comes back.
    prepared: [undefined],
    activated: ['prepared'],
    // The active key is replaced first: a log that nobody may sign could only be recovered.
    tainted: ['retired'],
    revoked: ['prepared', 'retired', 'tainted']
  }

/** The authority keys of a network: a fold over the entries that are about them. */
export class AuthorityKeys {
  readonly #keys: UndoMap<string, AuthorityKey>
  readonly #active: UndoCell<AuthorityKey | undefined>
  readonly #recovery: UndoCell<PublicKey | undefined>
  readonly #certifying: UndoCell<readonly PublicKey[]>
  readonly #succession: UndoCell<readonly SuccessionStep[]>

  constructor(undo: UndoLog) {
    this.#keys = new UndoMap(undo)
    this.#active = new UndoCell<AuthorityKey | undefined>(undo, undefined)
    this.#recovery = new UndoCell<PublicKey | undefined>(undo, undefined)
    this.#certifying = new UndoCell<readonly PublicKey[]>(undo, [])
    this.#succession = new UndoCell<readonly SuccessionStep[]>(undo, [])
  }

  /** Every key ever named, in order. */
  all(): readonly AuthorityKey[] {
    return this.#keys.values()
  }

  standing(key: PublicKey): KeyStanding | undefined {
    return this.#keys.get(toHex(key.bytes))?.standing
  }

  /** The key that signs the next entry and the next checkpoint. */
  get active(): PublicKey | undefined {
    return this.#active.get()?.key
  }

  /** When the active key came into office. */
  get activeSince(): UnixMillis {
    return this.#active.get()?.since ?? 0
  }

  isActive(key: PublicKey): boolean {
    return this.active?.equals(key) ?? false
  }

  get recovery(): PublicKey | undefined {
    return this.#recovery.get()
  }

  /** Keys whose certificates are accepted: active, retired and tainted ones. */
  get certifying(): readonly PublicKey[] {
    return this.#certifying.get()
  }

  /** The newest entries that prepared a key or put one in charge, in order. */
  get succession(): readonly SuccessionStep[] {
    return this.#succession.get()
  }

  create({ authorityKey, recoveryKey, time, index }: Genesis): void {
    this.#set(new PublicKey(authorityKey), 'active', { time, index })
    this.#recovery.set(keyOrNone(recoveryKey))
  }

  /** The rule that a step would break. */
  brokenRule({ step, key, possession }: AuthorityKeyStep): Rule | undefined {
    const isProved = possession.length > 0
    if (isProved !== (step === 'prepared')) return 'possession'
    if (step === 'prepared' && equalBytes(key, this.recovery?.bytes ?? NONE)) return 'key-new'
    return FROM[step].includes(this.standing(new PublicKey(key))) ? undefined : 'key-step'
  }

  step({ step, key: bytes, time, index }: AuthorityKeyStep): void {
    const key = new PublicKey(bytes)
    if (step === 'prepared' || step === 'activated') this.#succeed({ time, index })
    if (step === 'activated') this.#replaceActive(key, 'retired', { time, index })
    else this.#set(key, step, { time, index })
  }

  brokenRecoveryRule({ key, recoveryKey }: Recovered): Rule | undefined {
    const isOld = equalBytes(recoveryKey, this.recovery?.bytes ?? NONE)
    if (isOld || equalBytes(key, recoveryKey)) return 'key-new'
    return this.standing(new PublicKey(key)) === undefined ? undefined : 'key-new'
  }

  /** Certificates of the lost key stay good until they are renewed, which happens at once. */
  recover({ key, recoveryKey, time, index }: Recovered): void {
    this.#succeed({ time, index })
    this.#replaceActive(new PublicKey(key), 'tainted', { time, index })
    this.#recovery.set(keyOrNone(recoveryKey))
  }

  #succeed(stamp: Stamp): void {
    const newest = this.succession.slice(1 - LIMITS.successionEntriesMax)
    this.#succession.set([...newest, stamp])
  }

  #replaceActive(key: PublicKey, oldStanding: KeyStanding, stamp: Stamp): void {
    const old = this.active
    if (old !== undefined) this.#set(old, oldStanding, stamp)
    this.#set(key, 'active', stamp)
  }

  #set(key: PublicKey, standing: KeyStanding, { time: since, index }: Stamp): void {
    const now: AuthorityKey = { key, standing, since, index }
    this.#keys.set(toHex(key.bytes), now)
    if (standing === 'active') this.#active.set(now)
    const isCertifying = ({ standing }: AuthorityKey) =>
      standing === 'active' || standing === 'retired' || standing === 'tainted'
    // The newest first: most certificates are of the key in charge.
    const certifying = this.all().filter(isCertifying).reverse()
    this.#certifying.set(certifying.map((each) => each.key))
  }
}

interface Stamp {
  readonly time: UnixMillis
  readonly index: number
}

const NONE = new Uint8Array()

function keyOrNone(bytes: Uint8Array): PublicKey | undefined {
  return bytes.length === 0 ? undefined : new PublicKey(bytes)
}
