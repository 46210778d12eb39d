import type { NodeApi } from '../../control/node-api.ts'
import { PeerageError } from '../../errors.ts'
import type { InviteBook, InviteItem } from '../../protocols/enrollment/index.ts'
import { formatTime } from '../../time/clock.ts'

/** `book` is absent where the authority key is not: every call is `AUTHORITY_ABSENT` then. */
export function createInvitesApi(book: InviteBook | undefined): NodeApi['invites'] {
  const requireBook = (): InviteBook => {
    if (book === undefined) throw new PeerageError('AUTHORITY_ABSENT')
    return book
  }
  return {
    async create({ member, node, groups, ttlMs }) {
      const { id, invite, expiresAt } = requireBook().create({ member, node, groups, ttlMs })
      return { id, invite, expiresAt: formatTime(expiresAt) }
    },
    async list({ limit, cursor }) {
      const page = requireBook().list({ limit, cursor })
      return { items: page.items.map(show), nextCursor: page.nextCursor }
    },
    async revoke({ id }) {
      return show(await requireBook().revoke(id))
    }
  }
}

function show({ createdAt, expiresAt, usedAt, usedBy, groups, ...item }: InviteItem) {
  return {
    ...item,
    groups: [...groups],
    createdAt: formatTime(createdAt),
    expiresAt: formatTime(expiresAt),
    ...(usedAt === undefined ? {} : { usedAt: formatTime(usedAt) }),
    ...(usedBy === undefined ? {} : { usedBy })
  }
}
