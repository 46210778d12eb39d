/**
 * The testnet in containers: `npm run testnet -- up|down|status|exec|partition|heal|kill|start|report`.
 * Where no container can be started, `report` says so and plays its scenarios on processes.
 */
import { argv, stderr, stdout } from 'node:process'
import { Containers, down, imageMib, look, NODES, up } from './testnet/containers.ts'
import { compose, engineFault, show } from './testnet/engine.ts'
import { Processes } from './testnet/processes.ts'
import { codeOf, SCENARIOS } from './testnet/scenarios.ts'
import type { Testnet } from './testnet/testnet.ts'

const USAGE = `npm run testnet -- up                    build the image if there is none, start all, wait
npm run testnet -- status                which nodes are healthy, and what the stranger hears
npm run testnet -- exec NODE COMMAND…    run a command of peerage on a node
npm run testnet -- partition|heal NODE   take a node off the network, and back
npm run testnet -- kill|start NODE       end a node as a crash does, and start it again
npm run testnet -- report                play all scenarios and print the figures
npm run testnet -- down                  remove containers, volumes, network and invites
`

const [verb = '', node = '', ...words] = argv.slice(2)
try {
  process.exitCode = await main()
} catch (error) {
  stderr.write(`✖ ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

async function main(): Promise<number> {
  const fault = await engineFault()
  if (verb === 'report' && fault !== undefined) return await reportOnProcesses(fault)
  if (fault !== undefined) throw new Error(`${fault}. Without containers: peerage testnet up 8`)
  const testnet = new Containers()
  if (verb === 'up') {
    const ms = await up(testnet, say)
    say(`${NODES.length} nodes healthy after ${seconds(ms)}`)
    return await status(testnet)
  }
  if (verb === 'down') return await down().then(() => 0)
  if (verb === 'status') return await status(testnet)
  if (verb === 'report') {
    // The scenarios begin with a network in which nothing has happened.
    await down()
    say(`${NODES.length} nodes healthy after ${seconds(await up(testnet, say))}`)
    return await report(testnet, 'containers')
  }
  if (!['exec', 'partition', 'heal', 'kill', 'start'].includes(verb)) return usage()
  if (![...NODES, 'stranger'].includes(node)) {
    throw new Error(`there is no node "${node}": one of ${NODES.join(', ')}, stranger`)
  }
  if (verb === 'exec') return await show(await compose('exec', '-T', node, 'peerage', ...words))
  if (verb === 'partition') await testnet.part(node)
  else if (verb === 'heal') await testnet.heal(node)
  else if (verb === 'kill') await testnet.kill(node)
  else await testnet.start(node)
  return 0
}

function usage(): number {
  stderr.write(USAGE)
  return 2
}

async function status(testnet: Containers): Promise<number> {
  const seen = await look()
  say('NODE       STATE     PEERS  RESIDENT  ADDRESS')
  for (const { node: name, state, address, residentMib } of seen) {
    const peers = state === 'healthy' ? await peersOf(testnet, name) : '–'
    const cells = [
      name.padEnd(10),
      state.padEnd(9),
      peers.padStart(5),
      `${residentMib} MiB`.padStart(9)
    ]
    say(`${cells.join(' ')}  ${address}`)
  }
  if (seen.some(({ node: name, state }) => name === 'stranger' && state === 'healthy')) {
    const { exit, stdout: heard } = await testnet.strangerDials('node-1')
    say(
      exit === 0 ? 'the stranger was let in' : `the stranger is refused by node-1: ${codeOf(heard)}`
    )
    return exit === 0 ? 1 : 0
  }
  return 0
}

async function peersOf(testnet: Testnet, name: string): Promise<string> {
  const { exit, stdout: text } = await testnet.exec(name, ['status', '--json'])
  return exit === 0 ? String(JSON.parse(text).peers.connected) : '–'
}

async function reportOnProcesses(fault: string): Promise<number> {
  const line = '!'.repeat(88)
  say(
    `${line}\n!! NO CONTAINERS: ${fault}.\n!! The scenarios run on processes of this machine instead.\n${line}`
  )
  const testnet = await Processes.up(NODES.length)
  try {
    return await report(testnet, 'processes')
  } finally {
    await testnet.down()
  }
}

async function report(testnet: Testnet, where: string): Promise<number> {
  let failed = 0
  for (const [index, scenario] of SCENARIOS.entries()) {
    const began = performance.now()
    const [isHeld, outcome] = await scenario.run(testnet).then(
      (saw) => [true, saw] as const,
      (error) => [false, error instanceof Error ? error.message : String(error)] as const
    )
    if (!isHeld) failed += 1
    const took = seconds(performance.now() - began).padStart(7)
    say(`${isHeld ? '✔' : '✖'} ${index + 1} ${scenario.name.padEnd(19)} ${took}  ${outcome}`)
  }
  if (where === 'containers') {
    const residents = (await look()).map(({ residentMib }) => residentMib)
    say(`image ${await imageMib()} MB, largest daemon ${Math.max(...residents)} MiB resident`)
  }
  say(`${SCENARIOS.length - failed} of ${SCENARIOS.length} scenarios hold on ${where}`)
  return failed === 0 ? 0 : 1
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function say(text: string): void {
  stdout.write(`${text}\n`)
}
