import { ERRORS, type ErrorCode } from '../../src/errors.ts'
import { REPUTATION, SCORE_MIN } from '../../src/reputation/parameters.ts'
import { FAULTS, WEIGHTS } from '../../src/reputation/penalties.ts'
import { BAN_SCORE, CONSEQUENCES, STANDINGS, THRESHOLDS } from '../../src/reputation/standing.ts'
import { table } from './table.ts'

const HOUR = 3_600_000
const hours = (ms: number) => `${ms / HOUR} h`
const minutes = (ms: number) => `${ms / 60_000} min`

/** The reputation in one page as Markdown, with the tables that the program uses. */
export function renderReputation(): string {
  const codes = Object.entries(ERRORS) as [ErrorCode, { penalty: string }][]
  const codesOf = (penalty: string) =>
    codes.flatMap(([code, row]) => (row.penalty === penalty ? [`\`${code}\``] : [])).join(' ')
  const { restricted, quarantined, trusted } = THRESHOLDS
  const begins: Record<string, string> = {
    trusted: `score ≥ ${trusted.enter}, not on probation; ends below ${trusted.leave}`,
    neutral: 'everybody else',
    restricted: `score ≤ ${restricted.enter}; ends above ${restricted.leave}, after ${minutes(restricted.minMs)}`,
    quarantined: `score ≤ ${quarantined.enter}; ends above ${quarantined.leave}, after ${minutes(quarantined.minMs)}`,
    banned: `a fault at score ≤ ${BAN_SCORE}: ${hours(REPUTATION.banMs)}; a proof: ${hours(REPUTATION.provedBanMs)}; the operator: as said`
  }
  return `${[
    '# Reputation',
    'Made by `npm run docs` from `src/reputation/`.',
    'A node remembers how each member behaved toward it, can say why, and acts on it. What one peer says about another is no input of the score, unless signed statements prove it to anybody; the same events give the same score at every node. `peerage reputation ls` shows the standings, `peerage reputation show MEMBER` what one is made of and what would change it.',
    '## The score',
    `The score is credit minus faults, from ${SCORE_MIN} to ${REPUTATION.creditMax}. A verified answer to a question of this node gives ${REPUTATION.answerPoints} credit, at most ${REPUTATION.creditMax} in all, and half of it is gone after ${minutes(REPUTATION.creditHalfLifeMs)}; half of the faults after ${hours(REPUTATION.faultHalfLifeMs)}. Credit in store can therefore pay for a mistake, and not for an attack. What is a fault, and how grave, is the column *penalty* of the [errors](errors.md):`,
    table(
      ['penalty', 'points', 'together at most', 'counts', 'why', 'codes'],
      FAULTS.map((fault) => {
        const { points, ceiling, oncePerMs, why } = WEIGHTS[fault]
        const counts = oncePerMs === 0 ? 'each time' : `once in ${oncePerMs / 1000} s for each code`
        const which = codesOf(fault)
        return [fault, String(points), String(ceiling), counts, why, which]
      })
    ),
    `Not being there (${codesOf('absent')}) lowers nothing: it moves a node back in the order in which peers of one standing are dialed, fades in minutes, and is forgotten with the process. An outage bans nobody.`,
    'The score belongs to the member and not to a key: a new key of the same member starts where the old one stood. Strangers have none; admission refuses them anyway.',
    '## The standing',
    table(
      ['standing', 'begins and ends', 'requests', 'peering', 'asked to hold and to route'],
      STANDINGS.map((standing) => {
        const { admits, budgetDivisor, dialRank, isAsked } = CONSEQUENCES[standing]
        const requests = admits ? (budgetDivisor === 1 ? 'all' : `1/${budgetDivisor}`) : 'refused'
        const peering = dialRank === undefined ? 'not dialed' : `rank ${dialRank}`
        return [standing, begins[standing] ?? '', requests, peering, isAsked ? 'yes' : 'no']
      })
    ),
    `A member is *on probation* until it has given ${REPUTATION.probationAnswers} answers over ${minutes(REPUTATION.probationMs)}: it reads and relays like everybody, is dialed after those who are known, and does not count as the only holder of anything. A ban ends by its own clock, in quarantine while the evidence is fresh. It is on disk before it acts, so that it outlives a crash. A banned peer is refused inside the handshake with \`PEER_BANNED\` and the seconds that are left; its open connections are cut.`,
    'Peering prefers better standings, keeps places for connections of its own choice, dials a few proven peers of the last run first, and closes no connection for a newcomer. A quarter of all connections is for members past probation that stand at neutral or better; no member has more than one for each node that it may have.',
    '## Evidence',
    'Two contents that one node signed under one version of a record, and a denial of what a holder signed to keep, are proofs that anybody verifies ([evidence](protocol/evidence.md)). Whoever finds or is handed one (`peerage reputation report submit FILE`) verifies it, acts on it, and tells every peer, so that it reaches every member; it acts once at each node. The first bans the member of the signer; the second, which also happens to an honest holder that lost its disk, is one major fault. A report that proves nothing counts against whoever sent it. `peerage reputation report ls|show` lists what is known, `export ID --out FILE` makes a file that `verify FILE --network ID` checks without a node.',
    '## Opinions',
    `A member may publish of whom it warns, and a node may subscribe to the lists of members that its operator trusts to judge ([opinions](protocol/opinions.md)). An opinion is signed, names its author, and ends by itself. It is hearsay, so that it only orders: each puts its subject ${REPUTATION.opinionPoints} places of ${REPUTATION.rankPoints} back within its rank, all together ${REPUTATION.opinionMax}, which is less than not being there (${REPUTATION.absenceMax}). It is no input of the score, changes no standing, and moves nobody into another rank; nothing can be said in favor of anybody. What a member says counts nothing while this node isolates it, once it has left the network, and when its list has ended. \`peerage reputation list publish [--about MEMBER]\` publishes (without \`--about\`: everybody below neutral), \`subscribe|unsubscribe MEMBER\` and \`ls\` are for those of others; \`reputation show\` names who warns of a member. A new list is an event (\`opinion.changed\`) and a row of the journal.`,
    '## The brake',
    `Evidence that proves nothing isolates (quarantines or bans) at most one in ${REPUTATION.brakeShare} of the other members. Whoever comes next stays restricted, and the alarm \`REPUTATION_BRAKED\` is raised: either many misbehave, or this node sees wrongly. In a network of three nobody is isolated without proof. Proofs and decisions of the operator are not under the brake.`,
    '## Exempt',
    'The member whose node enrolled this one (its bootstrap node, which held the authority key) is never isolated on evidence without proof: renewal and news of the trust log come through it. A proof and the operator still ban it. Nobody else is exempt, and no node judges itself.',
    '## The operator',
    '`peerage peer ban MEMBER --for 24h --reason TEXT` bans, `peerage peer unban` pardons (a ban ends and what led to it is forgiven; the same proof does not ban again), `peerage peer allow --for 1h` keeps a member in whatever the evidence. All end by themselves. Every change of a standing is an event (`reputation.changed`) and a row of the [journal](audit.md). `peerage testnet run forged|equivocation|slander|whitewash|on-off` shows these rules against members that lie, and what happens without them ([testnet](testnet.md)).'
  ].join('\n\n')}\n`
}
