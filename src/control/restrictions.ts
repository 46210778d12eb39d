import { toHex } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Access } from './access.ts'
import { parseToken, type Token } from './token.ts'
import type { TokenBook } from './token-book.ts'

interface Called {
  readonly name: string
  readonly access: Access
}

/** Asked of a caller before it can show anything. */
const AUTHENTICATE: Called = { name: 'rpc.authenticate', access: 'observe' }

/**
 * What one connection gave up by showing tokens. Each token narrows what the socket grants, none
 * widens it, and there is no way back. Every call is judged again: a token that has ended or was
 * revoked ends what the connection may do.
 */
export class Restrictions {
  readonly #tokens: Pick<TokenBook, 'judge'>
  readonly #needsToken: boolean
  readonly #shown: Token[] = []

  constructor(tokens: Pick<TokenBook, 'judge'>, needsToken: boolean) {
    this.#tokens = tokens
    this.#needsToken = needsToken
  }

  /** Throws `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOO_MANY_REQUESTS`. */
  add(text: string): Token {
    const { tokensPerConnectionMax } = LIMITS
    if (this.#shown.length >= tokensPerConnectionMax) {
      throw new PeerageError('TOO_MANY_REQUESTS', { tokensPerConnectionMax })
    }
    const token = parseToken(text)
    if (!token.ok) throw new PeerageError(token.fault)
    const judged = this.#tokens.judge(token.value, AUTHENTICATE)
    if (!judged.ok && judged.fault !== 'TOKEN_FORBIDS') throw new PeerageError(judged.fault)
    this.#shown.push(token.value)
    return token.value
  }

  /** Throws `TOKEN_REQUIRED`, `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_FORBIDS`. */
  require(method: Called): void {
    // What only tells about the socket, and the way to show a token, is open to every caller.
    if (method.name.startsWith('rpc.')) return
    if (this.#needsToken && this.#shown.length === 0) throw new PeerageError('TOKEN_REQUIRED')
    for (const token of this.#shown) {
      const judged = this.#tokens.judge(token, method)
      if (!judged.ok) throw new PeerageError(judged.fault, judged.detail)
    }
  }

  allows(method: Called): boolean {
    try {
      this.require(method)
      return true
    } catch (error) {
      if (error instanceof PeerageError) return false
      throw error
    }
  }

  /** The tokens shown, with all that was added to them: callers of one scope have one set of rights. */
  get scope(): string {
    return this.#shown.map((token) => toHex(token.bytes.mac)).join(' ')
  }

  /** Ids of the tokens shown, for the log. */
  get ids(): string {
    return this.#shown.map((token) => token.id).join(' ')
  }
}
