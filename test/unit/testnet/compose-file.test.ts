import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { INVITED, NODES, ORDINARY } from '../../../scripts/testnet/containers.ts'

const ROOT = join(import.meta.dirname, '../../..')
const COMPOSE_FILE = join(ROOT, 'config/testnet/compose.yaml')
const compose = readFileSync(COMPOSE_FILE, 'utf8')

/** The text of one service: from its name to the next line of the same depth. */
function serviceOf(name: string): string {
  const [, services = ''] = compose.split('\nservices:\n')
  const [, after] = services.split(`\n  ${name}:\n`)
  const text = name === 'authority' ? services : (after ?? '')
  return text.split(/\n\n|\n {2}\S/)[0] ?? ''
}

describe('the compose file', () => {
  test('has an authority, one to meet at, six ordinary nodes and a stranger', () => {
    assert.equal(ORDINARY.length, 6)
    for (const node of [...NODES, 'stranger']) {
      assert.match(serviceOf(node), /<<: \*node/, node)
      assert.match(serviceOf(node), new RegExp(`\\["${node}:/home/node/.peerage"\\]`), node)
    }
  })

  test('enrolls nodes by an invite each, which is a secret and neither argument nor variable', () => {
    for (const node of INVITED) {
      assert.ok(serviceOf(node).includes(`secrets: [{ source: ${node}, target: invite }]`), node)
    }
    for (const node of ['authority', 'stranger']) {
      assert.doesNotMatch(serviceOf(node), /secrets/, node)
    }
    assert.doesNotMatch(compose, /peerage1:/)
  })

  test('gives a node no rights and no place to write but its home and /tmp', () => {
    const [, common = ''] = /x-node: &node\n([\s\S]*?)\n\n/.exec(compose) ?? []
    assert.match(common, /read_only: true/)
    assert.match(common, /cap_drop: \[ALL\]/)
    assert.match(common, /no-new-privileges:true/)
    assert.match(common, /tmpfs: \[\/tmp\]/)
    assert.doesNotMatch(compose, /privileged: true|docker\.sock|network_mode: host/)
  })

  test('is taken by Compose where it is installed', (t) => {
    const words = ['-f', COMPOSE_FILE, 'config', '-q']
    const found = [['docker-compose'], ['docker', 'compose']].find(
      ([program = '', ...rest]) => spawnSync(program, [...rest, 'version']).status === 0
    )
    if (found === undefined) return t.diagnostic('Compose is not installed')
    const [program = '', ...rest] = found
    execFileSync(program, [...rest, ...words], { stdio: 'pipe' })
  })
})

describe('the Dockerfile', () => {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
  const [, , final = ''] = dockerfile.split(/^FROM /m)
  const lines = final.split('\n')

  test('begins with a long-term release that the package runs on', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map((match) => match[1] ?? '')
    assert.equal(new Set(bases).size, 1)
    const [, major] = /^node:(\d+)-bookworm-slim$/.exec(bases[0] ?? '') ?? []
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const [, oldest] = /^>=(\d+)/.exec(engines.node) ?? []
    assert.ok(Number(major) >= Number(oldest), `${major} is older than ${oldest}`)
    assert.equal(Number(major) % 2, 0)
  })

  test('ships the package alone, for a user who is not root', () => {
    const copies = lines.filter((line) => line.startsWith('COPY'))
    assert.deepEqual(copies, ['COPY --from=build /package /usr/local/lib/node_modules/peerage'])
    assert.ok(lines.includes('USER node'))
    assert.doesNotMatch(final, /npm |apt-get/)
  })

  test('says whether it is well, and gets signals itself: no shell is in between', () => {
    assert.match(final, /^HEALTHCHECK .*CMD \["peerage", "healthcheck", "--quiet"\]$/m)
    assert.ok(lines.includes('ENTRYPOINT ["peerage"]'))
    assert.ok(lines.includes('STOPSIGNAL SIGTERM'))
    assert.ok(lines.includes('VOLUME /home/node/.peerage'))
  })

  test('takes neither settings nor secrets of the machine into the image', () => {
    assert.doesNotMatch(dockerfile, /^ARG|_authToken|registry/m)
    const ignore = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
    assert.match(ignore, /^\*$/m)
    assert.doesNotMatch(ignore, /^!(config|test|\.git)/m)
  })
})
