import type { CommandGroup, OptionSpec } from '../command.ts'
import { KEY, PAGE, REASON } from './options.ts'

const NARROWER: readonly OptionSpec[] = [
  { flags: '--method METHOD', summary: 'only this one; record.* for a noun', repeat: true },
  { flags: '--read-only', summary: 'only what reads' },
  { flags: '--ttl DUR', summary: 'how long it can be used, like 1h' },
  { flags: '--out FILE', summary: 'write it to a new file (mode 0600) and do not print it' }
]

export const TOKENS: CommandGroup = {
  title: 'Tokens',
  commands: [
    {
      name: 'token create',
      summary: 'make a token that lets a program do a part of what you may',
      options: [...NARROWER, REASON, KEY],
      examples: ['peerage token create --method record.* --ttl 30d --out app.token'],
      method: 'token.create',
      load: () => import('../commands/token-create.ts')
    },
    {
      name: 'token restrict',
      summary: 'make a narrower token from one, without asking the node',
      arguments: [{ name: 'file', summary: 'with the token' }],
      options: NARROWER,
      examples: ['peerage token restrict app.token --read-only --out guest.token'],
      load: () => import('../commands/token-restrict.ts')
    },
    {
      name: 'token ls',
      summary: 'list the tokens that can be used',
      aliases: ['list'],
      options: PAGE,
      examples: ['peerage token ls'],
      method: 'token.list',
      load: () => import('../commands/token-ls.ts')
    },
    {
      name: 'token rm',
      summary: 'revoke a token and all that were made from it',
      aliases: ['remove'],
      arguments: [{ name: 'id', summary: 'id of the token' }],
      options: [REASON],
      examples: ['peerage token rm 00f1e2d3c4b5a697'],
      method: 'token.revoke',
      load: () => import('../commands/token-rm.ts')
    }
  ]
}
