import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import { count, done, type Report } from '../output.ts'
import { pageOf } from '../page.ts'
import { usageError } from '../usage-error.ts'

const STEPS = { ls: list, list, publish, subscribe, unsubscribe } as const

/** Opinions about members: what this one publishes, and what it reads of others. */
export async function run(context: Context, input: Input): Promise<Report> {
  const step = input.argument('step')
  if (!Object.hasOwn(STEPS, step)) {
    throw usageError('the step is ls, publish, subscribe or unsubscribe')
  }
  return await STEPS[step as keyof typeof STEPS](context, input)
}

interface Opinion {
  readonly member: string
  readonly code?: string | undefined
}

async function list(context: Context, input: Input): Promise<Report> {
  const page = await context.call('opinion.list', pageOf(input))
  return listReport({ context, input }, page, {
    heading: ['MEMBER', 'UNTIL', 'STATE', 'WARNS OF'],
    row: ({ member, expiresAt, counts, code, opinions }) => [
      ...[member, expiresAt ?? ''],
      ...[code ?? (counts ? 'counts' : 'counts nothing'), namesOf(opinions)]
    ],
    id: ({ member }) => member,
    empty: 'no subscriptions',
    next: 'peerage reputation list subscribe MEMBER'
  })
}

async function publish(context: Context, input: Input): Promise<Report> {
  const about = input.texts('about')
  const forMs = input.duration('for')
  const reason = input.text('reason')
  const published = await context.call('opinion.publish', {
    ...(about.length === 0 ? {} : { about: [...about] }),
    ...(forMs === undefined ? {} : { forMs }),
    ...(reason === undefined ? {} : { reason })
  })
  const { opinions, version, expiresAt, acknowledgedBy } = published
  return {
    json: published,
    text: (paint) =>
      done(paint, `published ${count(opinions.length, 'opinion')}, version ${version}`, [
        ['warns of', opinions.length === 0 ? 'nobody' : namesOf(opinions)],
        ['until', expiresAt],
        ['kept by', count(acknowledgedBy, 'node')]
      ]),
    quiet: opinions.map(({ member }) => member)
  }
}

async function subscribe(context: Context, input: Input): Promise<Report> {
  const subscribed = await context.call('opinion.subscribe', { member: wanted(input) })
  const { member, opinions, expiresAt, code } = subscribed
  const found = expiresAt === undefined ? 'nothing yet' : namesOf(opinions)
  return {
    json: subscribed,
    text: (paint) =>
      done(paint, `the opinions of ${member} count from now on`, [['warns of', code ?? found]]),
    quiet: [member],
    next: 'peerage reputation list ls'
  }
}

async function unsubscribe(context: Context, input: Input): Promise<Report> {
  const ended = await context.call('opinion.unsubscribe', { member: wanted(input) })
  const { member, unsubscribed } = ended
  return {
    json: ended,
    text: (paint) =>
      done(
        paint,
        unsubscribed ? `the opinions of ${member} count no more` : `${member} was not read`,
        []
      ),
    quiet: [member]
  }
}

function namesOf(opinions: readonly Opinion[]): string {
  return opinions
    .map(({ member, code }) => (code === undefined ? member : `${member} (${code})`))
    .join(', ')
}

function wanted(input: Input): string {
  const member = input.optionalArgument('member')
  if (member !== undefined) return member
  throw usageError('this step takes a member')
}
