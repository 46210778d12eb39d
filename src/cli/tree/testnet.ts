import type { CommandGroup, CommandSpec } from '../command.ts'

export const TESTNET: CommandGroup = {
  title: 'More',
  commands: [
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
        { flags: '--nodes N', summary: 'daemons in the network, the victim included (2)' },
        { flags: '--seed S', summary: 'what the attackers draw from (1)' },
        { flags: '--for DUR', summary: 'how long each of the two attacks goes on (5s)' }
      ],
      examples: ['peerage testnet run silent', 'peerage testnet run flood --for 60s --json'],
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
