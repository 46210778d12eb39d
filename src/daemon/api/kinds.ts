import type { NodeApi } from '../../control/node-api.ts'
import { PeerageError } from '../../errors.ts'
import { BUILT_IN_KINDS, NOTE } from '../../records/built-in-kinds.ts'
import type { Kind } from '../../records/kind.ts'
import { formatTime } from '../../time/clock.ts'
import type { KindDeclaration } from '../../trust/kind-declaration.ts'
import type { DeclaredKind, TrustState } from '../../trust/state.ts'
import type { Decide } from './decisions.ts'
import { pageOf } from './page.ts'

export interface KindsComponents {
  readonly state: TrustState
  readonly decide: Decide
}

/** What a kind is, where its definition leaves something open. */
const DEFAULTS: Kind = { ...NOTE, versionsKept: 1 }

export function createKindsApi({ state, decide }: KindsComponents): NodeApi['kinds'] {
  const builtIn = (name: string) => BUILT_IN_KINDS.find((kind) => kind.name === name)

  function all() {
    const declared = state.kinds()
    const names = new Set(declared.map(({ declaration }) => declaration.name))
    const others = BUILT_IN_KINDS.filter((kind) => !names.has(kind.name))
    return [...others.map(showBuiltIn), ...declared.map(showDeclared)]
  }

  return {
    async list(params) {
      return pageOf(all(), params, (kind) => kind)
    },
    async show({ kind }) {
      const found = all().find((each) => each.kind === kind)
      if (found === undefined) throw new PeerageError('KIND_UNKNOWN', { kind })
      return found
    },
    async define({ kind: name, dryRun, offline, waitMs, writers, readers, ...change }, { signal }) {
      const before = state.kind(name)?.declaration ?? builtIn(name)
      const kind = {
        ...DEFAULTS,
        ...before,
        ...given(change),
        ...given({ writers, readers }),
        name
      } as KindDeclaration
      // Fewer copies than before take the quorum with them, unless it was asked for.
      if (change.quorum === undefined) kind.quorum = Math.min(kind.quorum, kind.copies)
      if (before !== undefined && before.model !== kind.model) {
        throw new PeerageError('KIND_MODEL_CHANGED', { kind: name, model: before.model })
      }
      requireQuorum(kind)
      const receipt = await decide({ type: 'kind-set', kind }, { dryRun, offline, waitMs, signal })
      return { ...showKind(kind), ...receipt }
    },
    async retire({ kind, dryRun, offline, waitMs }, { signal }) {
      if (state.kind(kind) === undefined && builtIn(kind) !== undefined) {
        throw new PeerageError('INVALID_ARGUMENT', {
          argument: 'kind',
          reason: 'the kind is built in',
          suggestion: 'Define it first; what is defined can be retired'
        })
      }
      const receipt = await decide(
        { type: 'kind-retired', kind },
        { dryRun, offline, waitMs, signal }
      )
      return { kind, ...receipt }
    }
  }
}

/** Throws `INVALID_ARGUMENT`: no put would ever succeed. */
function requireQuorum({ quorum, copies }: KindDeclaration): void {
  if (quorum <= copies) return
  throw new PeerageError('INVALID_ARGUMENT', { argument: 'quorum', quorum, copies })
}

/** Without what was left out, so that it does not hide what is known. */
function given<T extends object>(change: T): Partial<T> {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Partial<T>
}

function showBuiltIn(kind: Kind) {
  return { ...showKind(kind), origin: 'built-in' as const }
}

function showDeclared({ declaration, declaredAt, index, retiredAt }: DeclaredKind) {
  return {
    ...showKind(declaration),
    origin: 'declared' as const,
    declaredAt: formatTime(declaredAt),
    index,
    ...(retiredAt === undefined ? {} : { retiredAt: formatTime(retiredAt) })
  }
}

function showKind({ name, writers, readers, ...rest }: Kind) {
  return { kind: name, ...rest, writers: showPolicy(writers), readers: showPolicy(readers) }
}

function showPolicy<By extends string>(policy: { by: By; names?: readonly string[] }) {
  const { by, names } = policy
  return { by, ...(names === undefined ? {} : { names: [...names] }) }
}
