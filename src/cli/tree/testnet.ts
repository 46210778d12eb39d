import type { CommandGroup, CommandSpec, OptionSpec } from '../command.ts'

const LIMIT: OptionSpec = { flags: '--limit N', summary: 'at most so many items' }
const NAME: OptionSpec = { flags: '--name NAME', summary: 'which testnet (default)' }
const NODE = { name: 'node', summary: 'its name, like node-2' }

export const TESTNET: CommandGroup = {
  title: 'More',
  commands: [
    {
      name: 'testnet up',
      summary: 'start a network of real daemons on this machine',
      arguments: [{ name: 'nodes', summary: 'how many; the first holds the authority' }],
      options: [NAME],
      examples: ['peerage testnet up 3', 'peerage testnet up 20 --name big'],
      load: () => import('../commands/testnet-up.ts')
    },
    {
      name: 'testnet ls',
      summary: 'list the nodes of all testnets',
      options: [{ ...NAME, summary: 'of this testnet only' }, LIMIT],
      examples: ['peerage testnet ls'],
      load: () => import('../commands/testnet-ls.ts')
    },
    {
      name: 'testnet exec',
      summary: 'run a command on a node of a testnet',
      arguments: [NODE, { name: 'command', summary: 'any command of peerage', rest: true }],
      options: [NAME],
      examples: ['peerage testnet exec node-2 -- peer ls'],
      load: () => import('../commands/testnet-exec.ts')
    },
    {
      name: 'testnet kill',
      summary: 'end the daemon of a node at once, as a crash does',
      arguments: [NODE],
      options: [NAME],
      examples: ['peerage testnet kill node-2'],
      load: () => import('../commands/testnet-kill.ts')
    },
    {
      name: 'testnet start',
      summary: 'start the daemon of a node again',
      arguments: [NODE],
      options: [NAME],
      examples: ['peerage testnet start node-2'],
      load: () => import('../commands/testnet-start.ts')
    },
    {
      name: 'testnet down',
      summary: 'stop all nodes of a testnet and remove everything of it',
      options: [NAME],
      examples: ['peerage testnet down'],
      load: () => import('../commands/testnet-down.ts')
    },
    {
      name: 'testnet scenarios',
      summary: 'list the attacks that can be run on this machine',
      examples: ['peerage testnet scenarios'],
      load: () => import('../commands/testnet-scenarios.ts')
    },
    {
      name: 'testnet run',
      summary: 'attack real nodes on this machine, with the defense and without it',
      arguments: [{ name: 'scenario', summary: 'one of those listed' }],
      options: [
        { flags: '--nodes N', summary: 'honest daemons (2, against insiders 3)' },
        { flags: '--seed S', summary: 'what the attackers draw from (1)' },
        {
          flags: '--for DUR',
          summary: 'how long each of the two attacks goes on (5s, insiders at most 30s)'
        }
      ],
      examples: ['peerage testnet run silent', 'peerage testnet run slander --json'],
      load: () => import('../commands/testnet-run.ts')
    }
  ]
}

/** A part that `testnet run` plays in a process of its own; by itself it refuses to do anything. */
export const TESTNET_PART: CommandSpec = {
  name: 'testnet-part',
  summary: 'play one part of a scenario',
  examples: [],
  load: () => import('../commands/testnet-part.ts')
}
