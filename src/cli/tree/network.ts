import type { CommandGroup } from '../command.ts'
import { DRY_RUN, KEY, LISTEN, OFFLINE, PAGE, PASSPHRASE, REASON, WAIT } from './options.ts'

const PEER = { name: 'peer', summary: 'node name, member/node or node id' }
const MEMBER = { name: 'member', summary: 'name of the member' }
const LIST = ['list']
const REMOVE = ['remove']

export const NETWORK: CommandGroup = {
  title: 'Network',
  commands: [
    {
      name: 'network show',
      summary: 'show the network of this home',
      examples: ['peerage network show'],
      method: 'network.show',
      load: () => import('../commands/network-show.ts')
    },
    {
      name: 'invite create',
      summary: 'make a one-use invite for one node of one member',
      options: [
        { flags: '--member MEMBER', summary: 'whom the node will belong to', required: true },
        { flags: '--node NODE', summary: 'name of the node', required: true },
        { flags: '--group GROUP', summary: 'group of the member', repeat: true },
        { flags: '--ttl DUR', summary: 'how long it can be used, like 1h' },
        { flags: '--out FILE', summary: 'write it to a new file (mode 0600) and do not print it' },
        REASON,
        KEY
      ],
      examples: ['peerage invite create --member bob --node till-07 --ttl 1h'],
      method: 'invite.create',
      load: () => import('../commands/invite-create.ts')
    },
    {
      name: 'invite ls',
      summary: 'list invites and what became of them',
      aliases: LIST,
      options: PAGE,
      examples: ['peerage invite ls'],
      method: 'invite.list',
      load: () => import('../commands/invite-ls.ts')
    },
    {
      name: 'invite rm',
      summary: 'withdraw an invite that was not used',
      aliases: REMOVE,
      arguments: [{ name: 'id', summary: 'id of the invite' }],
      options: [REASON, KEY],
      examples: ['peerage invite rm 3f9a1c'],
      method: 'invite.revoke',
      load: () => import('../commands/invite-rm.ts')
    },
    {
      name: 'member ls',
      summary: 'list the members of the network',
      aliases: LIST,
      options: PAGE,
      examples: ['peerage member ls'],
      method: 'member.list',
      load: () => import('../commands/member-ls.ts')
    },
    {
      name: 'member show',
      summary: 'show a member and its nodes',
      arguments: [MEMBER],
      examples: ['peerage member show bob'],
      method: 'member.show',
      load: () => import('../commands/member-show.ts')
    },
    {
      name: 'member set',
      summary: 'change groups and attributes of a member',
      arguments: [MEMBER],
      options: [
        { flags: '--add-group GROUP', summary: 'add it to a group', repeat: true },
        { flags: '--rm-group GROUP', summary: 'take it out of a group', repeat: true },
        { flags: '--attr NAME=VALUE', summary: 'set an attribute', repeat: true },
        { flags: '--rm-attr NAME', summary: 'remove an attribute', repeat: true },
        DRY_RUN,
        OFFLINE,
        WAIT,
        KEY
      ],
      examples: ['peerage member set bob --add-group ops --attr site=oslo'],
      method: 'member.set',
      load: () => import('../commands/member-set.ts')
    },
    {
      name: 'member suspend',
      summary: 'keep a member and its nodes out for now',
      arguments: [MEMBER],
      options: [REASON, DRY_RUN, OFFLINE, WAIT, KEY],
      examples: ['peerage member suspend bob --reason audit'],
      method: 'member.suspend',
      load: () => import('../commands/member-suspend.ts')
    },
    {
      name: 'member resume',
      summary: 'admit a suspended member again',
      arguments: [MEMBER],
      options: [DRY_RUN, OFFLINE, WAIT, KEY],
      examples: ['peerage member resume bob'],
      method: 'member.resume',
      load: () => import('../commands/member-resume.ts')
    },
    {
      name: 'member rm',
      summary: 'revoke a member with all its nodes, for good',
      aliases: REMOVE,
      arguments: [MEMBER],
      options: [REASON, DRY_RUN, OFFLINE, WAIT, KEY],
      examples: ["peerage member rm bob --reason 'left the company'"],
      method: 'member.remove',
      load: () => import('../commands/member-rm.ts')
    }
  ]
}

export const PEERS: CommandGroup = {
  title: 'Peers',
  commands: [
    {
      name: 'peer ls',
      summary: 'list the nodes of the network and which are connected',
      aliases: LIST,
      options: [{ flags: '--connected', summary: 'only those connected' }, ...PAGE],
      examples: ['peerage peer ls'],
      method: 'peer.list',
      load: () => import('../commands/peer-ls.ts')
    },
    {
      name: 'peer show',
      summary: 'show one node',
      arguments: [PEER],
      examples: ['peerage peer show till-07'],
      method: 'peer.show',
      load: () => import('../commands/peer-show.ts')
    },
    {
      name: 'peer connect',
      summary: 'connect to a node',
      arguments: [PEER],
      options: [{ flags: '--address MULTIADDR', summary: 'dial this address' }, REASON],
      examples: ['peerage peer connect till-07'],
      method: 'peer.connect',
      load: () => import('../commands/peer-connect.ts')
    },
    {
      name: 'peer disconnect',
      summary: 'close the connection to a node',
      arguments: [PEER],
      options: [REASON],
      examples: ['peerage peer disconnect till-07'],
      method: 'peer.disconnect',
      load: () => import('../commands/peer-disconnect.ts')
    },
    {
      name: 'peer ping',
      summary: 'measure the round trip to a connected node',
      arguments: [PEER],
      examples: ['peerage peer ping till-07'],
      method: 'peer.ping',
      load: () => import('../commands/peer-ping.ts')
    },
    {
      name: 'peer diagnose',
      summary: 'ask a connected node about its state, as far as it tells this member',
      arguments: [PEER],
      options: [
        { flags: '--kind KIND', summary: 'version, uptime, trust, peers or clock', repeat: true },
        { flags: '--for DUR', summary: 'how long the question lasts (else 1m)' }
      ],
      examples: ['peerage peer diagnose till-07 --kind version'],
      method: 'peer.diagnose',
      load: () => import('../commands/peer-diagnose.ts')
    }
  ]
}

export const TRUST: CommandGroup = {
  title: 'Trust',
  commands: [
    {
      name: 'cert show',
      summary: 'show the certificate of this or another node',
      arguments: [{ ...PEER, name: 'node', optional: true }],
      options: [{ flags: '--out FILE', summary: 'write it as PEM, for openssl' }],
      examples: ['peerage cert show', 'peerage cert show till-07'],
      method: 'cert.show',
      load: () => import('../commands/cert-show.ts')
    },
    {
      name: 'cert ls',
      summary: 'list every certificate of the network',
      aliases: LIST,
      options: PAGE,
      examples: ['peerage cert ls'],
      method: 'cert.list',
      load: () => import('../commands/cert-ls.ts')
    },
    {
      name: 'cert verify',
      summary: 'judge a certificate file as this node would judge it in a handshake',
      arguments: [{ name: 'file', summary: 'PEM or DER (- is standard input)' }],
      examples: ['peerage cert verify till-07.pem'],
      method: 'cert.verify',
      load: () => import('../commands/cert-verify.ts')
    },
    {
      name: 'cert renew',
      summary: 'renew the certificate of this node now; else it happens by itself',
      examples: ['peerage cert renew'],
      method: 'cert.renew',
      load: () => import('../commands/cert-renew.ts')
    },
    {
      name: 'cert revoke',
      summary: 'exclude a node, a member or one certificate from the network',
      arguments: [{ name: 'node', summary: 'node name, member/node or node id', optional: true }],
      options: [
        { flags: '--member MEMBER', summary: 'instead: the member with all its nodes' },
        { flags: '--serial SERIAL', summary: 'instead: one certificate' },
        { flags: '--reason TEXT', summary: 'why; stays in the trust log' },
        DRY_RUN,
        OFFLINE,
        WAIT,
        KEY
      ],
      examples: ['peerage cert revoke till-07 --reason stolen'],
      method: 'cert.revoke',
      load: () => import('../commands/cert-revoke.ts')
    },
    {
      name: 'cert recover',
      summary: 'refuse the key of a node, and invite a new one under its name',
      arguments: [{ ...PEER, name: 'node' }],
      options: [
        { flags: '--ttl DUR', summary: 'how long the invite can be used, like 1h' },
        { flags: '--out FILE', summary: 'write it to a new file (mode 0600) and do not print it' },
        { flags: '--reason TEXT', summary: 'why; stays in the trust log' },
        DRY_RUN,
        WAIT,
        KEY
      ],
      examples: ['peerage cert recover till-07 --reason "laptop lost"'],
      method: 'cert.recover',
      load: () => import('../commands/cert-recover.ts')
    },
    {
      name: 'cert csr',
      summary: 'make the key of a new node, and a file that asks for its certificate',
      options: [
        { flags: '--out FILE', summary: 'the request, PKCS#10 as PEM', required: true },
        { flags: '--network ID', summary: 'of this network, and no other', required: true },
        { flags: '--member MEMBER', summary: 'whose node it is', required: true },
        { flags: '--node NODE', summary: 'its name', required: true },
        LISTEN,
        ...PASSPHRASE
      ],
      examples: ['peerage cert csr --network ID --member till --node till-07 --out till-07.csr'],
      load: () => import('../commands/cert-csr.ts')
    },
    {
      name: 'cert import',
      summary: 'join with the file that authority sign made of the request of this home',
      arguments: [{ name: 'file', summary: 'certificate and trust log' }],
      options: [
        {
          flags: '--peer MULTIADDR',
          summary: 'where a node listens, with /p2p/ and its id',
          repeat: true
        },
        ...PASSPHRASE
      ],
      examples: ['peerage cert import till-07.signed'],
      load: () => import('../commands/cert-import.ts')
    },
    {
      name: 'cert break-glass',
      summary: 'sign the revocation of this node in advance, to keep it on paper',
      options: [
        { flags: '--out FILE', summary: 'whoever has it can revoke this node', required: true }
      ],
      examples: ['peerage cert break-glass --out laptop.break-glass'],
      method: 'cert.breakglass',
      load: () => import('../commands/cert-break-glass.ts')
    },
    {
      name: 'cert crl',
      summary: 'write a revocation list for other X.509 software, on the node of the authority',
      options: [
        { flags: '--out FILE', summary: 'the list, as PEM', required: true },
        { flags: '--ca FILE', summary: 'and the certificate of the authority, as PEM' },
        { flags: '--der', summary: 'write both as DER' }
      ],
      examples: ['peerage cert crl --out acme.crl --ca acme-ca.pem'],
      method: 'cert.crl',
      load: () => import('../commands/cert-crl.ts')
    },
    {
      name: 'trust head',
      summary: 'show the newest signed checkpoint of the trust log',
      examples: ['peerage trust head'],
      method: 'trust.head',
      load: () => import('../commands/trust-head.ts')
    },
    {
      name: 'trust export',
      summary: 'write a proof of an entry, and of who has applied it, to a new file',
      arguments: [{ name: 'entry', summary: 'its number (else the newest)', optional: true }],
      options: [
        { flags: '--out FILE', summary: 'the file', required: true },
        { flags: '--log', summary: 'instead: the log itself, for trust import elsewhere' },
        { flags: '--from INDEX', summary: 'of the log: only from this entry on' }
      ],
      examples: ['peerage trust export 12 --out revoked.proof'],
      method: 'trust.export',
      load: () => import('../commands/trust-export.ts')
    },
    {
      name: 'trust import',
      summary: 'take over what a log file has more, with or without the running node',
      arguments: [{ name: 'file', summary: 'of trust export --log or authority sign' }],
      examples: ['peerage trust import remove-bob.signed'],
      method: 'trust.import',
      load: () => import('../commands/trust-import.ts')
    },
    {
      name: 'trust verify',
      summary: 'check an exported proof, without any node',
      arguments: [{ name: 'file', summary: 'what trust export wrote' }],
      options: [
        { flags: '--network ID', summary: 'the network you mean', required: true },
        { flags: '--authority FINGERPRINT', summary: 'and the authority that you know' }
      ],
      examples: ['peerage trust verify revoked.proof --network 2pk4…'],
      load: () => import('../commands/trust-verify.ts')
    },
    {
      name: 'trust log',
      summary: 'list the entries of the trust log',
      options: [{ flags: '--from INDEX', summary: 'begin with this entry' }, ...PAGE],
      examples: ['peerage trust log --from 10'],
      method: 'trust.entries',
      load: () => import('../commands/trust-log.ts')
    }
  ]
}
