import type { Random } from '../crypto/random.ts'
import { toHex } from '../encoding/bytes.ts'
import { refuse, type Verdict } from '../encoding/verdict.ts'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { StoredToken, TokenStore } from '../storage/token-store.ts'
import type { Clock } from '../time/clock.ts'
import type { Access } from './access.ts'
import { type Caveat, isAuthentic, judgeCall, mintToken, type Token } from './token.ts'

export interface TokenBookComponents {
  readonly store: TokenStore
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
}

export interface TokenGrant {
  readonly methods: readonly string[]
  readonly readsOnly: boolean
  readonly ttlMs: number
}

/** The tokens that this node has given out. */
export interface TokenBook {
  /** Throws `OVERLOADED` when there are too many, and storage errors. */
  create(grant: TokenGrant): StoredToken & { readonly token: string }
  page: TokenStore['page']
  /** Throws `NOT_FOUND`. */
  revoke(id: string): void
  /** Faults: `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_FORBIDS`. */
  judge(token: Token, call: { readonly name: string; readonly access: Access }): Verdict<void>
}

export function createTokenBook({ store, clock, random }: TokenBookComponents): TokenBook {
  return {
    create({ methods, readsOnly, ttlMs }) {
      const now = clock.now()
      store.removeExpired(now)
      const { tokensMax } = LIMITS
      if (store.count() >= tokensMax) throw new PeerageError('OVERLOADED', { tokensMax })
      const id = random.bytes(8)
      const rootKey = random.bytes(32)
      const expiresAt = now + ttlMs
      const caveat: Caveat = {
        ...(readsOnly ? { access: 'observe' } : {}),
        ...(methods.length === 0 ? {} : { methods: [...methods] }),
        notAfter: expiresAt
      }
      const stored = { id: toHex(id), rootKey, methods, readsOnly, createdAt: now, expiresAt }
      store.add(stored)
      return { ...stored, token: mintToken(id, rootKey, caveat) }
    },
    page(limit, after) {
      store.removeExpired(clock.now())
      return store.page(limit, after)
    },
    revoke(id) {
      if (!store.remove(id)) throw new PeerageError('NOT_FOUND', { token: id })
    },
    judge(token, call) {
      const stored = store.load(token.id)
      if (stored === undefined || !isAuthentic(token, stored.rootKey))
        return refuse('TOKEN_INVALID')
      return judgeCall(token.caveats, { ...call, now: clock.now() })
    }
  }
}
