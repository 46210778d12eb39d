import type { CommandGroup } from '../command.ts'
import { CODE, DRY_RUN, PASSPHRASE, REASON, RECOVERY_FILE, WAIT } from './options.ts'

export const AUTHORITY: CommandGroup = {
  title: 'Authority',
  commands: [
    {
      name: 'authority show',
      summary: 'show the authority keys, who has to approve, and whether this node can sign',
      examples: ['peerage authority show'],
      method: 'authority.show',
      load: () => import('../commands/authority-show.ts')
    },
    {
      name: 'authority sign',
      summary: 'sign a request file with the key of this home, without daemon and network',
      arguments: [{ name: 'file', summary: 'what --offline wrote on a node' }],
      options: [{ flags: '--out FILE', summary: 'the signed file' }, DRY_RUN, ...PASSPHRASE],
      examples: ['peerage authority sign remove-bob.request --out remove-bob.signed'],
      load: () => import('../commands/authority-sign.ts')
    },
    {
      name: 'authority recovery',
      summary: 'test: rehearse with the recovery code; use: put a new authority key in this home',
      arguments: [{ name: 'step', summary: 'test or use' }],
      options: [...CODE, RECOVERY_FILE, REASON, ...PASSPHRASE],
      examples: ['peerage authority recovery test'],
      load: () => import('../commands/authority-recovery.ts')
    },
    {
      name: 'authority unlock',
      summary: 'open the authority key of this home, so that this node can sign for a while',
      options: [
        ...PASSPHRASE,
        { flags: '--for DUR', summary: 'then it locks itself (15m)' },
        REASON
      ],
      examples: ['peerage authority unlock', 'peerage authority unlock --for 1h'],
      method: 'authority.unlock',
      load: () => import('../commands/authority-unlock.ts')
    },
    {
      name: 'authority lock',
      summary: 'forget the authority key: this node signs nothing until it is unlocked',
      options: [REASON],
      examples: ['peerage authority lock'],
      method: 'authority.lock',
      load: () => import('../commands/authority-lock.ts')
    },
    {
      name: 'authority key',
      summary: 'list the authority keys, or replace the one in charge step by step',
      arguments: [
        { name: 'step', summary: 'ls, prepare, activate, taint or revoke' },
        { name: 'key', summary: 'first digits of its fingerprint', optional: true }
      ],
      options: [...PASSPHRASE, DRY_RUN, WAIT, REASON],
      examples: ['peerage authority key prepare --ask-passphrase'],
      load: () => import('../commands/authority-key.ts')
    }
  ]
}
