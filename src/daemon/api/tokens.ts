import { methods } from '../../control/methods/index.ts'
import type { NodeApi } from '../../control/node-api.ts'
import type { TokenBook } from '../../control/token-book.ts'
import { PeerageError } from '../../errors.ts'
import { formatTime } from '../../time/clock.ts'
import { parseCursor } from './page.ts'

export function createTokensApi(book: TokenBook): NodeApi['tokens'] {
  return {
    async create({ methods: patterns, readsOnly, ttlMs }) {
      for (const pattern of patterns) requireMethod(pattern)
      const { id, token, expiresAt } = book.create({ methods: patterns, readsOnly, ttlMs })
      return { id, token, expiresAt: formatTime(expiresAt) }
    },
    async list({ limit, cursor }) {
      const { tokens, next } = book.page(limit, parseCursor(cursor))
      return {
        items: tokens.map(({ id, methods: patterns, readsOnly, createdAt, expiresAt }) => ({
          ...{ id, methods: [...patterns], readsOnly },
          createdAt: formatTime(createdAt),
          expiresAt: formatTime(expiresAt)
        })),
        nextCursor: next === undefined ? null : String(next)
      }
    },
    async revoke({ id }) {
      book.revoke(id)
      return { id }
    }
  }
}

/** A misspelled name would make a token that allows less than was meant, and nobody would know. */
function requireMethod(pattern: string): void {
  const noun = pattern.slice(0, pattern.indexOf('.') + 1)
  const isKnown = methods.some(({ name }) =>
    pattern.endsWith('.*') ? name.startsWith(noun) : name === pattern
  )
  if (!isKnown) throw new PeerageError('INVALID_ARGUMENT', { argument: 'methods', value: pattern })
}
