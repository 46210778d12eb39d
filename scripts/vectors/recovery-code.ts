import { toHex } from '../../src/encoding/bytes.ts'
import { createRecoveryCode, readRecoveryCode } from '../../src/identity/recovery-code.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { writeVectors } from './write-vectors.ts'

/** Vectors for recovery codes. Run: node scripts/vectors/recovery-code.ts */
export function recoveryCodeVectors() {
  const secrets = [
    new Uint8Array(20),
    new Uint8Array(20).fill(255),
    seededRandom('recovery vectors').bytes(20)
  ]
  const codes = secrets.map((secret) => {
    const { text, key } = createRecoveryCode({ bytes: () => secret })
    return { secret: toHex(secret), code: text, publicKey: toHex(key.publicKey.bytes) }
  })
  const code = codes.at(-1)?.code ?? ''
  const groups = code.split('-')
  const typed: Record<string, string> = {
    nothing: '',
    'a group missing': groups.slice(1).join('-'),
    'the first two groups exchanged': [groups[1], groups[0], ...groups.slice(2)].join('-'),
    'the first two characters exchanged': code.replace(/^(.)(.)/, '$2$1'),
    'a letter outside of the alphabet': code.replace(/^./, 'U'),
    'a group too short': code.replace(/.$/, '')
  }
  return {
    format: 'recovery-code',
    specification: 'docs/protocol/recovery.md',
    valid: codes,
    alsoRead: [code.toLowerCase(), code.replaceAll('-', ''), code.replaceAll('-', ' ')],
    invalid: Object.entries(typed).map(([title, text]) => {
      const read = readRecoveryCode(text)
      if (read.ok) throw new Error(title)
      return { title, text, fault: read.fault, reason: read.detail?.['reason'] }
    })
  }
}

if (import.meta.main) writeVectors('recovery-code', recoveryCodeVectors())
