import type { SignedRequest } from '../../daemon/sign-request.ts'
import { fromPem } from '../../encoding/pem.ts'
import { EXIT } from '../../errors.ts'
import type { Statement } from '../../trust/entry.ts'
import { writeLogFile } from '../../trust/log-file.ts'
import { readCarried, writeCarried } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { newPassphrase, nextPassphrase } from '../passphrase.ts'
import { statementWords } from '../statement-words.ts'
import { usageError } from '../usage-error.ts'
import { CSR } from './cert-csr.ts'

/** Signs a request with the authority key of this home, without any daemon. */
export async function run(context: Context, input: Input): Promise<Report> {
  const { environment, home } = context
  const request = await readCarried(context, input.argument('file'))
  const csr = fromPem(CSR, Buffer.from(request).toString('latin1'))
  if (csr !== undefined) return await signCsr(context, input, csr)
  const passphrase = await newPassphrase(environment, input)
  const init = {
    ...{ home: home.directory, request },
    ...(passphrase === undefined ? {} : { passphrase }),
    ...nextPassphrase(environment, input)
  }
  if (input.isSet('dry-run')) {
    return look(await environment.daemonSide.signRequest({ ...init, dryRun: true }))
  }
  const out = input.text('out')
  if (out === undefined) throw usageError('say where the signed file goes: --out FILE')
  const { statement, index, agreement, path } = await writeCarried(context, out, async () => {
    const signed = await environment.daemonSide.signRequest({ ...init, dryRun: false })
    if (signed.file === undefined) throw new Error('signed without a result')
    return { ...signed, text: writeLogFile(signed.file) }
  })
  const words = statementWords(statement)
  const { approvedBy } = agreement
  return {
    json: { dryRun: false, index, type: statement.type, words, approvedBy, file: path },
    text: (paint) =>
      done(paint, `signed: ${words}`, [
        ['entry', `${index} of the trust log`],
        ['approved by', approvedBy.join(', ') || undefined],
        ['file', path]
      ]),
    quiet: [path],
    next: `peerage trust import ${path}`
  }
}

/** What would be signed, and whose consent it lacks. */
function look({ statement, index, agreement }: SignedRequest): Report {
  const { approvedBy, missing, needed } = agreement
  const words = statementWords(statement)
  const consent = { approvedBy, missing, needed }
  return {
    json: { dryRun: true, index, type: statement.type, words, ...textOf(statement), ...consent },
    text: (paint) =>
      done(paint, `would sign${needed === 0 ? '' : ' once enough have approved'}: ${words}`, [
        ['entry', String(index)],
        ['approved by', approvedBy.join(', ') || undefined],
        ['needs', needed === 0 ? undefined : `${needed} more of ${missing.join(', ')}`]
      ]),
    quiet: [statement.type],
    ...(needed === 0 ? {} : { exit: EXIT.denied })
  }
}

/** The policy as a whole, for whoever is about to sign it. */
function textOf(statement: Statement): { readonly text?: string } {
  return statement.type === 'policy-set' ? { text: statement.text } : {}
}

/** Enrolls the node that asks for a certificate. */
async function signCsr(context: Context, input: Input, csr: Uint8Array): Promise<Report> {
  const { environment, home } = context
  const passphrase = await newPassphrase(environment, input)
  const init = {
    ...{ home: home.directory, request: csr },
    member: input.text('member'),
    node: input.text('node'),
    groups: input.texts('group'),
    ...(passphrase === undefined ? {} : { passphrase })
  }
  const sign = (dryRun: boolean) => environment.daemonSide.signCertificate({ ...init, dryRun })
  if (input.isSet('dry-run')) {
    const { member, node, nodeId } = await sign(true)
    return {
      json: { dryRun: true, member, node, nodeId },
      text: (paint) => done(paint, `would enroll ${member}/${node}`, [['node id', nodeId]]),
      quiet: [nodeId]
    }
  }
  const out = input.text('out')
  if (out === undefined) throw usageError('say where the certificate goes: --out FILE')
  const { path, member, node, nodeId, index } = await writeCarried(context, out, async () => {
    const signed = await sign(false)
    if (signed.file === undefined) throw new Error('signed without a result')
    return { ...signed, text: writeLogFile(signed.file) }
  })
  return {
    json: { dryRun: false, member, node, nodeId, index, file: path },
    text: (paint) =>
      done(paint, `enrolled ${member}/${node}`, [
        ['node id', nodeId],
        ['entry', `${index} of the trust log`],
        ['file', path]
      ]),
    quiet: [path],
    next: `peerage cert import ${path}   # on the new node; others: trust import`
  }
}
