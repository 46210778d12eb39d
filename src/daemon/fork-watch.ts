import { authorityFingerprint } from '../identity/certificate.ts'
import type { FloodComponents } from '../overlay/flood.ts'
import { createEquivocationAlarm, type EquivocationAlarm } from '../protocols/equivocation/index.ts'
import type { AlarmBook } from './alarms.ts'
import type { OpenedNode } from './open-node.ts'

export interface ForkWatchComponents extends FloodComponents {
  readonly node: Pick<OpenedNode, 'log' | 'doubts'>
  readonly alarms: Pick<AlarmBook, 'raise' | 'clear'>
}

export interface ForkWatch extends EquivocationAlarm {
  /** Call it after every change of the trust log. */
  settle(): void
}

/** Raises an alarm where an authority key has signed two histories, as long as it is in charge. */
export function createForkWatch(components: ForkWatchComponents): ForkWatch {
  const { node, alarms } = components
  const { doubts } = node
  const { network, state } = node.log
  const equivocation = createEquivocationAlarm({
    ...{ ...components, network, state, doubts },
    onAlarm: ({ signer, about, at }) => {
      const subject = authorityFingerprint(signer)
      alarms.raise({ code: 'TRUST_EQUIVOCATION', subject, detail: { about, at } })
    }
  })
  return {
    ...equivocation,
    settle() {
      // A doubted key that is not in charge any more needs no decision.
      for (const { key } of doubts.all()) {
        if (!state.isSigningKey(key)) {
          alarms.clear('TRUST_EQUIVOCATION', authorityFingerprint(key))
        }
      }
    }
  }
}
