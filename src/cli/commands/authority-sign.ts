import { fromPem } from '../../encoding/pem.ts'
import { writeLogFile } from '../../trust/log-file.ts'
import { readCarried, writeCarried } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { newPassphrase } from '../passphrase.ts'
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
    ...(passphrase === undefined ? {} : { passphrase })
  }
  if (input.isSet('dry-run')) {
    const { statement, index } = await environment.daemonSide.signRequest({ ...init, dryRun: true })
    return {
      json: { dryRun: true, index, type: statement.type, words: statementWords(statement) },
      text: (paint) =>
        done(paint, `would sign: ${statementWords(statement)}`, [['entry', String(index)]]),
      quiet: [statement.type]
    }
  }
  const out = input.text('out')
  if (out === undefined) throw usageError('say where the signed file goes: --out FILE')
  const { statement, index, path } = await writeCarried(context, out, async () => {
    const signed = await environment.daemonSide.signRequest({ ...init, dryRun: false })
    if (signed.file === undefined) throw new Error('signed without a result')
    return { ...signed, text: writeLogFile(signed.file) }
  })
  const words = statementWords(statement)
  return {
    json: { dryRun: false, index, type: statement.type, words, file: path },
    text: (paint) =>
      done(paint, `signed: ${words}`, [
        ['entry', `${index} of the trust log`],
        ['file', path]
      ]),
    quiet: [path],
    next: `peerage trust import ${path}`
  }
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
