/**
 * Builds the base image of the Dockerfile under its usual tag where no image registry can be
 * reached: `node scripts/testnet/base-image.ts`, as root on Debian, with debootstrap installed.
 * Debian comes from its mirror, the runtime from the npm package `node`, certificates from here.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const MIRROR = 'http://deb.debian.org/debian'
const NPM_MAJOR = 11
/** What the official image calls the user that is not root. */
const USER = ['--uid', '1000', '--create-home', '--shell', '/bin/bash', 'node']
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

const dockerfile = readFileSync(join(import.meta.dirname, '../../Dockerfile'), 'utf8')
const [, tag = '', major = '', suite = ''] = /^FROM (node:(\d+)-(\w+)-slim)/m.exec(dockerfile) ?? []
if (tag === '') throw new Error('the Dockerfile does not begin FROM node:MAJOR-SUITE-slim')

const folder = mkdtempSync(join(tmpdir(), 'peerage-base-image-'))
try {
  const root = join(folder, 'root')
  run('debootstrap', '--variant=minbase', suite, root, MIRROR)
  run('npm', 'install', '--prefix', folder, '--no-save', `node@${major}`, `npm@${NPM_MAJOR}`)
  const modules = join(root, 'usr/local/lib/node_modules')
  mkdirSync(modules, { recursive: true })
  cpSync(join(folder, 'node_modules/node/bin/node'), join(root, 'usr/local/bin/node'))
  cpSync(join(folder, 'node_modules/npm'), join(modules, 'npm'), { recursive: true })
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name))
  }
  run('chroot', root, 'useradd', ...USER)
  mkdirSync(join(root, 'etc/ssl/certs'), { recursive: true })
  cpSync(CERTIFICATES, join(root, CERTIFICATES), { dereference: true })
  for (const path of ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/locale']) {
    rmSync(join(root, path), { recursive: true, force: true })
  }
  await importImage(root)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function run(program: string, ...words: readonly string[]): void {
  execFileSync(program, words, { stdio: ['ignore', 'ignore', 'inherit'] })
}

async function importImage(root: string): Promise<void> {
  const changes = [`ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, 'CMD ["node"]']
  const words = changes.flatMap((change) => ['--change', change])
  const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const docker = spawn('docker', ['import', ...words, '-', tag], {
    stdio: ['pipe', 'inherit', 'inherit']
  })
  const [[exit]] = await Promise.all([once(docker, 'close'), pipeline(tar.stdout, docker.stdin)])
  if (exit !== 0) throw new Error(`docker import ended with ${exit}`)
}
