import type { ResultOf } from '../../control/methods/index.ts'
import { toBase64url } from '../../encoding/bytes.ts'
import { appliedFacts } from '../applied-facts.ts'
import { authorityKeyTable } from '../authority-key-table.ts'
import { withReason, withWait } from '../call-marks.ts'
import { withOrWithoutDaemon, writeCarried } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, LINES_MAX, type Report } from '../output.ts'
import { newPassphrase, withPassphrase } from '../passphrase.ts'
import { decided } from '../receipt.ts'
import { requestReport, requestText, withOffline, writtenRequest } from '../request.ts'
import { usageError } from '../usage-error.ts'

type Receipt = ResultOf<'key.prepare'>
type Asked = Pick<Receipt, 'fingerprint' | 'index' | 'request'>

/** What each step did, and what usually follows it. */
const STEPS = {
  prepare: { done: 'announced; it signs nothing yet', next: 'peerage authority key activate' },
  activate: { done: 'in charge from now on', next: 'peerage authority key taint' },
  taint: {
    done: 'tainted: every node renews its certificate of it',
    next: 'peerage authority key revoke --dry-run'
  },
  revoke: { done: 'revoked: its certificates are refused', next: 'peerage authority key ls' }
} as const

export async function run(context: Context, input: Input): Promise<Report> {
  const step = input.argument('step')
  if (step === 'ls' || step === 'list') return await list(context)
  if (step !== 'prepare' && step !== 'activate' && step !== 'taint' && step !== 'revoke') {
    throw usageError('the step is ls, prepare, activate, taint or revoke')
  }
  if (step === 'prepare' && input.text('offline') !== undefined) return await ask(context, input)
  const receipt = await take(context, input, step)
  const request = await writtenRequest(context, input, receipt)
  if (request !== undefined) return request
  const { fingerprint, dryRun, index, stranded, acks } = receipt
  return {
    json: receipt,
    text: (paint) =>
      done(paint, decided(dryRun, `authority key ${STEPS[step].done}`), [
        ['key', dryRun && step === 'prepare' ? undefined : fingerprint],
        ['entry', dryRun ? `would be ${index} of the trust log` : `${index} of the trust log`],
        [
          'certificates',
          stranded.length === 0
            ? undefined
            : `${count(stranded.length, 'node')} still with one of it`
        ],
        ...(acks === undefined ? [] : appliedFacts(acks))
      ]),
    quiet: [fingerprint],
    next: dryRun ? `peerage authority key ${step}` : STEPS[step].next
  }
}

/** Makes the next key where the key in charge is, with or without a daemon, and asks for its entry. */
async function ask(context: Context, input: Input): Promise<Report> {
  const { environment, home } = context
  const offline = withOffline(input)
  const passphrase = await newPassphrase(environment, input)
  const { path, ...prepared } = await writeCarried(context, input.required('offline'), async () => {
    const made = await withOrWithoutDaemon<Asked>(
      context,
      () => context.call('key.prepare', { ...parameter(passphrase), ...offline }),
      () =>
        environment.daemonSide.prepareKey({
          home: home.directory,
          ...(passphrase === undefined ? {} : { passphrase })
        })
    )
    const { fingerprint, index, request } = made
    if (request === undefined) throw new Error('asked without a request')
    return { fingerprint, index, request, text: requestText(request) }
  })
  return requestReport(path, prepared)
}

async function take(context: Context, input: Input, step: keyof typeof STEPS): Promise<Receipt> {
  const { environment } = context
  const reference = input.optionalArgument('key')
  const marks = {
    dryRun: input.isSet('dry-run'),
    ...withOffline(input),
    ...withWait(input),
    ...withReason(input)
  }
  const key = reference === undefined ? {} : { key: reference }
  switch (step) {
    case 'prepare': {
      if (reference !== undefined) throw usageError('prepare makes a key: it takes none')
      const secret = parameter(await newPassphrase(environment, input))
      return await context.call('key.prepare', { ...secret, ...marks })
    }
    case 'activate':
      return await withPassphrase(environment, input, (secret) =>
        context.call('key.activate', { ...key, ...parameter(secret), ...marks })
      )
    case 'taint':
      return await context.call('key.taint', { ...key, ...marks })
    case 'revoke':
      return await context.call('key.revoke', { ...key, ...marks })
  }
}

function parameter(passphrase: Uint8Array | undefined): { passphrase?: string } {
  return passphrase === undefined ? {} : { passphrase: toBase64url(passphrase) }
}

async function list(context: Context): Promise<Report> {
  const { keys } = await context.call('authority.show', {})
  return {
    json: { items: keys },
    text: (paint) =>
      authorityKeyTable(paint, keys, { linesMax: LINES_MAX - 1, program: context.program }),
    quiet: keys.map(({ fingerprint }) => fingerprint),
    next: 'peerage authority key prepare'
  }
}
