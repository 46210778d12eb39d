import type { CommandGroup } from '../command.ts'
import { AUTHORITY_PASSPHRASE, LISTEN, PASSPHRASE, RECOVERY_FILE } from './options.ts'

const LOG_LEVEL = { flags: '--log-level LEVEL', summary: 'debug, info, warn or error' }

export const BEGIN: CommandGroup = {
  title: 'Begin',
  commands: [
    {
      name: 'network create',
      summary: 'make a network, its authority and its first node in this home',
      arguments: [{ name: 'name', summary: 'name of the network' }],
      options: [
        { flags: '--node NODE', summary: 'name of this node', required: true },
        { flags: '--member MEMBER', summary: 'whom this node belongs to (else the node name)' },
        LISTEN,
        {
          flags: '--front-desk MULTIADDR',
          summary: 'where to enroll strangers who hold an invite',
          repeat: true
        },
        RECOVERY_FILE,
        ...PASSPHRASE,
        AUTHORITY_PASSPHRASE
      ],
      examples: ['peerage network create acme --node hq --listen /ip4/0.0.0.0/tcp/4001'],
      load: () => import('../commands/network-create.ts')
    },
    {
      name: 'join',
      summary: 'enroll this home with an invite',
      options: [
        {
          flags: '--invite-file FILE',
          summary: 'read the invite from a file (- is standard input)'
        },
        LISTEN,
        ...PASSPHRASE
      ],
      examples: ['peerage join', 'peerage join --invite-file acme.invite'],
      load: () => import('../commands/join.ts')
    },
    {
      name: 'start',
      summary: 'run the node of this home; create the network "local" if there is none',
      options: [...PASSPHRASE, AUTHORITY_PASSPHRASE, LOG_LEVEL],
      examples: ['peerage start'],
      load: () => import('../commands/start.ts')
    }
  ]
}

export const RUN: CommandGroup = {
  title: 'Run',
  commands: [
    {
      name: 'up',
      summary: 'run the node of this home in the foreground',
      options: [
        ...PASSPHRASE,
        AUTHORITY_PASSPHRASE,
        LOG_LEVEL,
        { flags: '--accept-clock', summary: 'the clock was wrong before and is right now' }
      ],
      examples: ['peerage up', 'peerage up --json 2>peerage.log'],
      load: () => import('../commands/up.ts')
    },
    {
      name: 'down',
      summary: 'stop the running node',
      examples: ['peerage down'],
      method: 'node.stop',
      load: () => import('../commands/down.ts')
    },
    {
      name: 'status',
      summary: 'say what the node does',
      examples: ['peerage status'],
      method: 'node.status',
      load: () => import('../commands/status.ts')
    },
    {
      name: 'wait ready',
      summary: 'wait until the node runs',
      options: [{ flags: '--peers N', summary: 'and so many peers are connected' }],
      examples: ['peerage wait ready --peers 2 --timeout 10s'],
      method: 'node.wait',
      load: () => import('../commands/wait-ready.ts')
    }
  ]
}

export const MORE: CommandGroup = {
  title: 'More',
  commands: [
    {
      name: 'demo',
      summary: 'see it work: a network in a temporary folder, on this machine',
      options: [{ flags: '--keep', summary: 'keep the folder with the homes' }],
      examples: ['peerage demo'],
      load: () => import('../commands/demo.ts')
    },
    {
      name: 'rpc',
      summary: 'call a method of the control socket',
      arguments: [
        { name: 'method', summary: 'like node.status; rpc.discover lists them' },
        { name: 'params', summary: 'a JSON object (- is standard input)', optional: true }
      ],
      examples: ['peerage rpc peer.list \'{"limit":5}\''],
      load: () => import('../commands/rpc.ts')
    },
    {
      name: 'completion',
      summary: 'print the completion script of a shell',
      arguments: [{ name: 'shell', summary: 'bash, zsh or fish' }],
      examples: ['source <(peerage completion bash)'],
      load: () => import('../commands/completion.ts')
    },
    {
      name: 'version',
      summary: 'print the version',
      examples: ['peerage version'],
      load: () => import('../commands/version.ts')
    },
    {
      name: 'help',
      summary: 'explain a command',
      arguments: [
        { name: 'noun', summary: 'the command, or its first word', optional: true },
        { name: 'verb', summary: 'its second word', optional: true }
      ],
      examples: ['peerage help record put'],
      load: () => import('../commands/help.ts')
    }
  ]
}
