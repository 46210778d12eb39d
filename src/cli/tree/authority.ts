import type { CommandGroup } from '../command.ts'
import {
  CODE,
  DRY_RUN,
  KEY,
  OFFLINE,
  PAGE,
  PASSPHRASE,
  REASON,
  RECOVERY_FILE,
  WAIT
} from './options.ts'

const PROPOSAL = { name: 'id', summary: 'id of the proposal, or its first digits' }

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
      arguments: [{ name: 'file', summary: 'what --offline or cert csr wrote on a node' }],
      options: [
        { flags: '--out FILE', summary: 'the signed file' },
        { flags: '--member MEMBER', summary: 'of a certificate: not the member it asks for' },
        { flags: '--node NODE', summary: 'of a certificate: not the node name it asks for' },
        { flags: '--group GROUP', summary: 'of a certificate: of a new member', repeat: true },
        { flags: '--next-passphrase-file FILE', summary: 'of the key that it puts in charge' },
        DRY_RUN,
        ...PASSPHRASE
      ],
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
      options: [...PASSPHRASE, DRY_RUN, OFFLINE, WAIT, REASON],
      examples: ['peerage authority key prepare --ask-passphrase'],
      load: () => import('../commands/authority-key.ts')
    },
    {
      name: 'authority quorum',
      summary: 'show or set whose consent removals, key steps and policy need',
      arguments: [{ name: 'step', summary: 'show or set' }],
      options: [
        { flags: '--member MEMBER', summary: 'whose consent is asked', repeat: true },
        { flags: '--threshold N', summary: 'how many of them; 0: the authority decides alone' },
        DRY_RUN,
        OFFLINE,
        WAIT,
        REASON
      ],
      examples: ['peerage authority quorum set --member alice --member bob --threshold 2'],
      method: 'authority.quorum',
      load: () => import('../commands/authority-quorum.ts')
    },
    {
      name: 'policy show',
      summary: 'print the policy text of the network, and who signed it',
      options: [{ flags: '--proposal ID', summary: 'the text that a proposal would set' }],
      examples: ['peerage policy show', 'peerage policy show --proposal 9b1c0d2e'],
      method: 'policy.show',
      load: () => import('../commands/policy-show.ts')
    },
    {
      name: 'policy set',
      summary: 'replace the policy text of the network by that of a file',
      arguments: [{ name: 'file', summary: 'the whole text (- is standard input)' }],
      options: [DRY_RUN, OFFLINE, WAIT, REASON, KEY],
      examples: ['peerage policy set network.policy --dry-run'],
      method: 'policy.set',
      load: () => import('../commands/policy-set.ts')
    },
    {
      name: 'authority propose',
      summary: 'propose what needs consent, on a node of an approver',
      arguments: [
        { name: 'action', summary: 'member-rm or policy-set' },
        { name: 'subject', summary: 'name of the member, or file with the policy' }
      ],
      options: [REASON, KEY],
      examples: ["peerage authority propose member-rm bob --reason 'left the company'"],
      method: 'proposal.create',
      load: () => import('../commands/authority-propose.ts')
    },
    {
      name: 'authority approve',
      summary: 'approve with the key of this node, for its member',
      arguments: [{ name: 'proposal', summary: 'id, or its first digits; or a request file' }],
      options: [
        { flags: '--out FILE', summary: 'of a request file: where it goes with the approval' },
        DRY_RUN,
        REASON,
        ...PASSPHRASE
      ],
      examples: [
        'peerage authority approve 9b1c0d2e',
        'peerage authority approve remove-bob.request --out remove-bob.approved'
      ],
      method: 'proposal.approve',
      load: () => import('../commands/authority-approve.ts')
    },
    {
      name: 'authority reject',
      summary: 'reject a proposal with the key of this node, for its member',
      arguments: [PROPOSAL],
      options: [DRY_RUN, REASON],
      examples: ['peerage authority reject 9b1c0d2e'],
      method: 'proposal.reject',
      load: () => import('../commands/authority-reject.ts')
    },
    {
      name: 'authority ls',
      summary: 'list what waits for consent, and who has given it',
      aliases: ['list'],
      options: PAGE,
      examples: ['peerage authority ls'],
      method: 'proposal.list',
      load: () => import('../commands/authority-ls.ts')
    }
  ]
}
