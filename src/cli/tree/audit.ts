import type { CommandGroup } from '../command.ts'
import { PAGE } from './options.ts'

export const AUDIT: CommandGroup = {
  title: 'Audit',
  commands: [
    {
      name: 'audit search',
      summary: 'search the journal of this node, newest first',
      options: [
        { flags: '--since TIME', summary: 'from 2026-01-31T12:00:00Z on, or since 2h ago' },
        { flags: '--until TIME', summary: 'up to then' },
        { flags: '--event EVENT', summary: 'like peer.refused, or peer for all of them' },
        { flags: '--code CODE', summary: 'with this error code' },
        { flags: '--node ID', summary: 'about this node id' },
        ...PAGE
      ],
      examples: ['peerage audit search --event peer --since 24h'],
      method: 'audit.search',
      load: () => import('../commands/audit-search.ts')
    },
    {
      name: 'audit verify',
      summary: 'check that no row of the journal was changed or removed',
      options: [
        {
          flags: '--head HEAD',
          summary: 'what an earlier verify printed: nothing up to it is gone'
        },
        { flags: '--file FILE', summary: 'an exported journal, without any node' }
      ],
      examples: ['peerage audit verify', 'peerage audit verify --file journal.jsonl'],
      method: 'audit.verify',
      load: () => import('../commands/audit-verify.ts')
    },
    {
      name: 'audit export',
      summary: 'write the journal to a new file, with its hashes',
      options: [{ flags: '--out FILE', summary: 'the file (mode 0600)', required: true }],
      examples: ['peerage audit export --out journal.jsonl'],
      method: 'audit.export',
      load: () => import('../commands/audit-export.ts')
    }
  ]
}
