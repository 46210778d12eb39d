/** What a method does: `observe` only reads, `control` changes something or acts on the network. */
export type Access = 'observe' | 'control'

/**
 * Which socket a caller came through. Node has no peer credentials: the socket is the credential.
 * `delegate` is the one that answers only to a token.
 */
export type SocketRole = 'observe' | 'control' | 'delegate'

const ALLOWED: Readonly<Record<SocketRole, readonly Access[]>> = {
  observe: ['observe'],
  control: ['observe', 'control'],
  delegate: ['observe', 'control']
}

/** What is not in the table is refused. */
export function mayCall(role: SocketRole, access: Access): boolean {
  return ALLOWED[role].includes(access)
}
