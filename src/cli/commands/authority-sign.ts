import type { SignedCertificate } from '../../daemon/certificate-files.ts'
import type { SignedRequest } from '../../daemon/sign-request.ts'
import { toBase64url } from '../../encoding/bytes.ts'
import { fromPem } from '../../encoding/pem.ts'
import { EXIT } from '../../errors.ts'
import type { NodeId } from '../../identity/node-id.ts'
import type { Statement } from '../../trust/entry.ts'
import { writeLogFile } from '../../trust/log-file.ts'
import { bytesOfText, readCarried, withOrWithoutDaemon, writeCarried } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { newPassphrase, nextPassphrase } from '../passphrase.ts'
import { statementWords } from '../statement-words.ts'
import { usageError } from '../usage-error.ts'
import { wholeLog } from '../whole-log.ts'
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
    nextElsewhere: { where: 'on a node of the network', command: `peerage trust import ${path}` }
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

/** Enrolls the node that asks for a certificate, or certifies it again. */
async function signCsr(context: Context, input: Input, csr: Uint8Array): Promise<Report> {
  if (input.isSet('dry-run')) {
    const { member, node, nodeId, isKnown } = await answerCsr(context, input, csr)
    const what = isKnown ? 'would certify again' : 'would enroll'
    return {
      json: { dryRun: true, member, node, nodeId, isKnown },
      text: (paint) => done(paint, `${what} ${member}/${node}`, [['node id', nodeId]]),
      quiet: [nodeId]
    }
  }
  const out = input.text('out')
  if (out === undefined) throw usageError('say where the certificate goes: --out FILE')
  const { path, member, node, nodeId, index, isKnown } = await writeCarried(
    context,
    out,
    async () => {
      const signed = await answerCsr(context, input, csr)
      if (signed.file === undefined) throw new Error('signed without a result')
      return { ...signed, text: writeLogFile(signed.file) }
    }
  )
  return {
    json: { dryRun: false, member, node, nodeId, index, isKnown, file: path },
    text: (paint) =>
      done(paint, `${isKnown ? 'certified again' : 'enrolled'} ${member}/${node}`, [
        ['node id', nodeId],
        ['entry', `${index} of the trust log`],
        ['file', path]
      ]),
    quiet: [path],
    nextElsewhere: {
      where: 'on the node that asked',
      command: `peerage cert import ${path}   (others: trust import)`
    }
  }
}

type Answered = Pick<SignedCertificate, 'member' | 'node' | 'nodeId' | 'isKnown' | 'index' | 'file'>

/** By the daemon of the home, where it runs; it has the key then. */
async function answerCsr(context: Context, input: Input, csr: Uint8Array): Promise<Answered> {
  const { environment, home } = context
  const [member, node] = [input.text('member'), input.text('node')]
  const groups = [...input.texts('group')]
  const dryRun = input.isSet('dry-run')
  return await withOrWithoutDaemon<Answered>(
    context,
    async () => {
      const { certificate, index, ...issued } = await context.call('cert.issue', {
        ...{ request: toBase64url(csr), groups, dryRun },
        ...(member === undefined ? {} : { member }),
        ...(node === undefined ? {} : { node })
      })
      const nodeId = issued.nodeId as NodeId
      if (certificate === undefined) return { ...issued, nodeId, index, file: undefined }
      const file = { ...(await wholeLog(context, 0)), certificate: bytesOfText(certificate) }
      return { ...issued, nodeId, index, file }
    },
    async () => {
      const passphrase = await newPassphrase(environment, input)
      return await environment.daemonSide.signCertificate({
        ...{ home: home.directory, request: csr, member, node, groups, dryRun },
        ...(passphrase === undefined ? {} : { passphrase })
      })
    }
  )
}
