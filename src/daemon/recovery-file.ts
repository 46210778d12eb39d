import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { PublicKey } from '../crypto/ed25519.ts'
import { systemRandom } from '../crypto/random.ts'
import { PeerageError } from '../errors.ts'
import { createRecoveryCode } from '../identity/recovery-code.ts'
import { saveKey } from '../storage/key-store.ts'

/**
 * Makes a recovery code and writes it into a new file, synced and of mode 0600, before anything
 * counts on it; without `path` at `inHome`, where an attempt that was cut off may have left one that
 * never came into force.
 *
 * Throws `INVALID_ARGUMENT` for a file that is there, and the errors of the home.
 */
export async function saveRecoveryCode(
  inHome: string,
  { path, network }: { readonly path: string | undefined; readonly network: string }
): Promise<{ readonly key: PublicKey; readonly path: string }> {
  const file = path ?? inHome
  if (path === undefined) await rm(file, { force: true })
  else if (existsSync(file)) {
    throw new PeerageError('INVALID_ARGUMENT', {
      reason: 'the file of the recovery code is there already',
      path: file,
      suggestion: 'Name a new file with --recovery-out'
    })
  }
  const { text, key } = createRecoveryCode(systemRandom)
  await saveKey(file, page(network, text))
  return { key: key.publicKey, path: file }
}

/** What is printed and put into a safe; lines with # are not read back. */
function page(network: string, code: string): string {
  return [
    `# Recovery code of the Peerage network ${network}`,
    '# Whoever has it can take the network over, and nobody without it can recover the network.',
    '# Print this page, or copy it by hand, and keep it away from every node.',
    '# Rehearse: peerage authority recovery test',
    '',
    code,
    ''
  ].join('\n')
}
