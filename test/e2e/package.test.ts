import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { publint } from 'publint'
import { Daemon, json, LOOPBACK, run } from './support.ts'

const ROOT = join(import.meta.dirname, '../..')

interface Component {
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly hashes: readonly { readonly alg: string; readonly content: string }[]
}

/** Packed once with the build that `npm pack` does, and installed as a user would, without network. */
describe('the package', { timeout: 120_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'peerage-package-'))
  const installed = join(directory, 'lib/node_modules/peerage')
  const program = join(directory, 'bin/peerage')
  after(() => rmSync(directory, { recursive: true }))

  before(() => {
    const npm = (words: readonly string[], cwd: string) =>
      execFileSync('npm', [...words, '--offline', '--no-audit', '--no-fund'], {
        cwd,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe']
      })
    npm(['pack', '--pack-destination', directory], ROOT)
    const [tarball = ''] = readdirSync(directory).filter((name) => name.endsWith('.tgz'))
    npm(['install', '--global', '--prefix', directory, join(directory, tarball)], directory)
  })

  test('installs alone: nothing to build, nothing else to fetch, no sources and no tests', () => {
    assert.deepEqual(readdirSync(join(directory, 'lib/node_modules')), ['peerage'])
    const names = readdirSync(installed)
    for (const name of ['src', 'test', 'scripts', 'node_modules']) {
      assert.ok(!names.includes(name), name)
    }
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    assert.deepEqual(manifest.dependencies ?? {}, {})
    assert.ok(existsSync(program))
  })

  test('names every package that is bundled, with its license', () => {
    const notices = readFileSync(join(installed, 'dist/THIRD-PARTY.txt'), 'utf8')
    for (const name of ['libp2p', 'zod', 'commander', 'cborg']) {
      assert.match(notices, new RegExp(`^${name} \\d.*\\(.+\\)$`, 'm'))
    }
  })

  test('has nothing but what is listed, and no file that others may write or that holds a secret', () => {
    const files = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(installed, join(entry.parentPath, entry.name)))
    const shipped =
      /^(bin|dist|docs|man|config\/(grafana|prometheus|systemd))\/|^config\/peerage\.example\.toml$/
    const ROOT_FILES = /^(ARCHITECTURE|CHANGELOG|README|SECURITY)\.md$|^LICENSE-|^package\.json$/
    assert.deepEqual(
      files.filter((path) => !shipped.test(path) && !ROOT_FILES.test(path)),
      []
    )
    const wrong = /\.(ts|map|key|db|pem|invite)$/
    const kept = files.filter((path) => wrong.test(path) && !path.endsWith('.d.ts'))
    assert.deepEqual(kept, [])
    for (const path of files) {
      assert.equal(statSync(join(installed, path)).mode & 0o022, 0, path)
    }
  })

  test('has nothing that publint would correct', async () => {
    const { messages } = await publint({ pkgDir: installed, strict: true, level: 'suggestion' })
    assert.deepEqual(messages, [])
  })

  test('lists what is bundled, as npm itself knows it from the lockfile', () => {
    const read = (text: string): readonly Component[] => JSON.parse(text).components
    const ours = read(readFileSync(join(installed, 'dist/sbom.cdx.json'), 'utf8'))
    const words = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--offline']
    const npm = read(execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }))
    // By digest: npm names an alias after its folder.
    const known = new Set(npm.flatMap(({ hashes }) => hashes.map(({ content }) => content)))
    assert.ok(ours.length > 50)
    for (const { purl, hashes } of ours) {
      assert.ok(hashes.length > 0 && hashes.every(({ content }) => known.has(content)), purl)
    }
    const listed = readFileSync(join(installed, 'dist/THIRD-PARTY.txt'), 'utf8')
    for (const { name, version } of ours) assert.ok(listed.includes(`\n${name} ${version} (`), name)
  })

  test('creates a network, runs a node, serves its client and stops', async () => {
    const home = join(directory, 'home')
    const init = { home, program }
    const create = ['network', 'create', 'acme', '--node', 'hq', '--listen', LOOPBACK]
    const created = await json([...create, '--front-desk', LOOPBACK], init)
    const daemon = await Daemon.start(home, [], init)
    try {
      const status = await json(['status'], init)
      assert.deepEqual([status.state, status.nodeId], ['ready', created.node.id])
      const joined = join(directory, 'joined')
      const invite = await daemon.call('invite.create', { member: 'bob', node: 'laptop' })
      const words = ['join', '--invite-file', '-', '--listen', LOOPBACK]
      await json(words, { home: joined, program, stdin: invite.invite })
      const client = `
        import { connectControl, PeerageError } from 'peerage'
        const client = await connectControl(process.argv[1])
        const { nodeId } = await client.call('node.status')
        const code = await client.call('peer.show', { peer: 'nobody' }).catch((error) =>
          error instanceof PeerageError ? error.code : 'no PeerageError')
        client.close()
        process.stdout.write(JSON.stringify({ nodeId, code }))`
      assert.deepEqual(JSON.parse(runConsumer(client, daemon.ready.control)), {
        nodeId: created.node.id,
        code: 'NODE_UNKNOWN'
      })
      await json(['down'], init)
      assert.deepEqual(await daemon.end(), { exit: 0, signal: null })
    } finally {
      await daemon.kill()
    }
    const { exit, stdout } = await run(['version'], { program })
    assert.equal(exit, 0)
    assert.match(stdout, /\d+\.\d+\.\d+/)
  })

  test('has declarations that a strict compiler takes, without any other package', () => {
    const consumer = consumerFolder()
    const source = `
      import { connectControl, type ControlClient, type ResultOf, PeerageError } from 'peerage'
      const client: ControlClient = await connectControl('/tmp/control.sock')
      const status: ResultOf<'node.status'> = await client.call('node.status')
      const connected: number = status.peers.connected
      // @ts-expect-error there is no such method
      await client.call('node.explode')
      // @ts-expect-error a parameter is missing
      await client.call('peer.show', {})
      export { connected, PeerageError }`
    writeFileSync(join(consumer, 'index.ts'), source)
    const options = { strict: true, module: 'nodenext', target: 'esnext', noEmit: true, types: [] }
    const compilerOptions = { ...options, skipLibCheck: false, lib: ['esnext', 'dom'] }
    const project = JSON.stringify({ compilerOptions, files: ['index.ts'] })
    writeFileSync(join(consumer, 'tsconfig.json'), project)
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [tsc, '-p', consumer], { stdio: 'pipe', encoding: 'utf8' })
  })

  function consumerFolder(): string {
    const consumer = mkdtempSync(join(directory, 'consumer-'))
    mkdirSync(join(consumer, 'node_modules'))
    symlinkSync(installed, join(consumer, 'node_modules/peerage'))
    writeFileSync(join(consumer, 'package.json'), '{"type":"module"}')
    return consumer
  }

  function runConsumer(source: string, argument: string): string {
    const words = ['--input-type=module', '--eval', source, argument]
    return execFileSync(process.execPath, words, { cwd: consumerFolder(), encoding: 'utf8' })
  }
})
