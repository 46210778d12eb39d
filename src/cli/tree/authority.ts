import type { CommandGroup } from '../command.ts'

export const AUTHORITY: CommandGroup = {
  title: 'Authority',
  commands: [
    {
      name: 'authority show',
      summary: 'show the authority keys, who has to approve, and whether this node can sign',
      examples: ['peerage authority show'],
      method: 'authority.show',
      load: () => import('../commands/authority-show.ts')
    }
  ]
}
