import type { Run, Scenario } from './scenario.ts'

const MIB = 1 << 20
/** Of the 48 MiB that a bomb and an endless line are made of. */
const HELD_BYTES_MAX = 32 * MIB

const failedShare = ({ dials }: Run) => dials.failed / Math.max(1, dials.done + dials.failed)

/** Attackers who only want to keep the victim from working. */
export const LOAD_SCENARIOS: readonly Scenario[] = [
  {
    name: 'silent',
    title: 'held sockets',
    attack: 'strangers open sockets from 20 addresses and say nothing, or half a handshake',
    defenses: ['pending-slots'],
    count: 2_000,
    isHeld: (run) => failedShare(run) < 0.05
  },
  {
    name: 'flood',
    title: 'a flood of handshakes',
    attack: 'strangers begin handshakes from 20 addresses and leave when the victim has paid',
    defenses: ['handshake-rate'],
    count: 1_000,
    isHeld: ({ attack }) => (attack['refused'] ?? 0) > (attack['answered'] ?? 0)
  },
  {
    name: 'churn',
    title: 'streams opened and reset',
    attack: 'a member opens and resets thousands of streams a second, with pings between them',
    defenses: ['muxer-budget'],
    count: 20_000,
    // What the victim says: on a busy machine the attacker learns of it too late.
    isHeld: ({ cuts }) => (cuts['RATE_LIMITED'] ?? 0) > 0
  },
  {
    name: 'bomb',
    title: 'frames too large',
    attack: 'a member sends 4 MiB on every protocol, answers with as much, and announces 1 GiB',
    defenses: ['frame-bounds'],
    count: 1,
    isHeld: ({ attack }) =>
      (attack['muxerBytes'] ?? 0) < HELD_BYTES_MAX &&
      attack['bombs'] === (attack['resets'] ?? 0) + (attack['refused'] ?? 0)
  },
  {
    name: 'slow',
    title: 'answers that nobody reads',
    attack: 'a member asks a thousand times for a large history and leaves the answers unread',
    defenses: ['in-flight'],
    count: 1_000,
    isHeld: ({ attack }) =>
      (attack['refused'] ?? 0) > 0 && (attack['answeredBytes'] ?? 0) < HELD_BYTES_MAX
  },
  {
    name: 'rpc',
    title: 'a hostile local program',
    attack: 'a local program floods the control socket: batches, nesting, an endless line',
    defenses: ['rpc-bounds'],
    count: 10_000,
    isHeld: ({ attack }) => attack['endlessCut'] === 1
  }
]
