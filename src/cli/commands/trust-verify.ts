import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { PeerageError } from '../../errors.ts'
import { authorityFingerprint } from '../../identity/certificate.ts'
import { type NetworkId, parseNetworkId } from '../../identity/network-id.ts'
import { LIMITS } from '../../limits.ts'
import { formatTime } from '../../time/clock.ts'
import type { TrustEntry } from '../../trust/entry.ts'
import { verifyEquivocationProof } from '../../trust/equivocation.ts'
import { verifyTrustProof } from '../../trust/proof.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, printable, type Report } from '../output.ts'

const NAMED_MAX = 3

/** Checks an exported proof without node, home or network. */
export async function run(context: Context, input: Input): Promise<Report> {
  const network = parseNetworkId(input.required('network'))
  if (!network.ok) throw new PeerageError('INVALID_ARGUMENT', { argument: '--network' })
  const path = resolve(context.environment.cwd, input.argument('file'))
  const value = readJson(path)
  if (isEquivocation(value)) return reportFork(path, value, network.value)
  const proved = verifyTrustProof(value, network.value)
  if (!proved.ok) throw new PeerageError(proved.fault, { ...proved.detail, file: path })
  const { entry, checkpoint, networkName, authority, applied } = proved.value
  const fingerprint = authorityFingerprint(authority)
  const expected = input.text('authority')
  if (expected !== undefined && expected !== fingerprint) {
    throw new PeerageError('TRUST_SIGNER_NOT_ENTITLED', { expected, found: fingerprint })
  }
  const { index, type, time } = entry.entry
  const names = applied.map(({ member, node }) => `${member}/${node}`)
  return {
    json: {
      ...{ network: network.value, name: networkName, authority: fingerprint },
      entry: { index, type, time: formatTime(time), ...aboutOf(entry.entry) },
      checkpoint: {
        size: checkpoint.checkpoint.size,
        time: formatTime(checkpoint.checkpoint.time)
      },
      applied: applied.map(({ time: at, ...who }) => ({ ...who, time: formatTime(at) }))
    },
    text: (paint) =>
      done(paint, `entry ${index} is in the trust log of ${networkName}`, [
        [
          'entry',
          [type, ...Object.values(aboutOf(entry.entry))].map((word) => printable(word)).join('  ')
        ],
        ['written', formatTime(time)],
        ['authority', fingerprint],
        [
          'checkpoint',
          `size ${checkpoint.checkpoint.size} of ${formatTime(checkpoint.checkpoint.time)}`
        ],
        [
          'applied by',
          names.length === 0
            ? 'nobody has said so'
            : `${names.length} nodes: ${names.slice(0, NAMED_MAX).join(', ')}${names.length > NAMED_MAX ? ', …' : ''}`
        ]
      ]),
    quiet: [String(index)]
  }
}

function isEquivocation(value: unknown): boolean {
  const format = typeof value === 'object' && value !== null && 'format' in value && value.format
  return format === 'peerage-equivocation-proof/1'
}

function reportFork(path: string, value: unknown, network: NetworkId): Report {
  const proved = verifyEquivocationProof(value, network)
  if (!proved.ok) throw new PeerageError(proved.fault, { ...proved.detail, file: path })
  const { evidence, networkName } = proved.value
  const { about, at } = evidence
  const authority = authorityFingerprint(evidence.signer)
  const where = about === 'entries' ? `two entries ${at}` : `two logs that differ below size ${at}`
  return {
    json: { network, name: networkName, authority, equivocation: { about, at } },
    text: (paint) =>
      done(paint, `the authority of ${networkName} has signed two histories`, [
        ['signed', where],
        ['authority', authority]
      ]),
    quiet: [authority]
  }
}

function aboutOf(entry: TrustEntry): Record<string, string> {
  if (entry.type === 'revoked') {
    return { by: entry.target.by, value: entry.target.value, reason: entry.reason }
  }
  return 'member' in entry ? { member: entry.member } : {}
}

function readJson(path: string): unknown {
  try {
    if (statSync(path).size > LIMITS.proofFileBytesMax) throw new RangeError('too large')
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new PeerageError('INVALID_ARGUMENT', { reason: 'the file is no proof', path }, error)
  }
}
