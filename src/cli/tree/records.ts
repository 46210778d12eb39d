import type { CommandGroup } from '../command.ts'
import { DRY_RUN, KEY, OFFLINE, PAGE, REASON, WAIT } from './options.ts'

const KIND = { name: 'kind', summary: 'kind of record, as kind ls has them' }
const NAME = { name: 'name', summary: 'name of the record' }
const OWNER = {
  flags: '--owner OWNER',
  summary: 'whose record: member, member/node or group (else the own)'
}
const LIST = ['list']
/** What most changes take; the help of one with many options names them in one line. */
const BESIDES = [DRY_RUN, OFFLINE, WAIT, KEY].map((option) => ({ ...option, isUsual: true }))

export const RECORDS: CommandGroup = {
  title: 'Records',
  commands: [
    {
      name: 'kind ls',
      summary: 'list the kinds of records',
      aliases: LIST,
      options: PAGE,
      examples: ['peerage kind ls'],
      method: 'kind.list',
      load: () => import('../commands/kind-ls.ts')
    },
    {
      name: 'kind show',
      summary: 'show who may write and read a kind, and its bounds',
      arguments: [KIND],
      examples: ['peerage kind show note'],
      method: 'kind.show',
      load: () => import('../commands/kind-show.ts')
    },
    {
      name: 'kind define',
      summary: 'declare a kind in the trust log, or change it; what is left out stays',
      // The line above says it; the options need the room.
      arguments: [{ ...KIND, summary: '' }],
      options: [
        { flags: '--model MODEL', summary: 'single, or dictionary: an entry of each writer' },
        {
          flags: '--writer WHO',
          summary: 'owner, node, authority, group:NAME or member:NAME',
          repeat: true
        },
        { flags: '--reader WHO', summary: 'network, group:NAME or member:NAME', repeat: true },
        { flags: '--max-bytes N', summary: 'of one value' },
        { flags: '--max-count N', summary: 'records of one owner' },
        { flags: '--lifetime DUR', summary: 'the longest time until expiry, like 30d' },
        { flags: '--versions N', summary: 'newest versions that holders keep' },
        { flags: '--copies N', summary: 'nodes that are to hold a record' },
        { flags: '--quorum N', summary: 'of which so many must have it on disk for a put' },
        ...BESIDES
      ],
      examples: ['peerage kind define offer --model dictionary --writer group:traders'],
      method: 'kind.define',
      load: () => import('../commands/kind-define.ts')
    },
    {
      name: 'kind retire',
      summary: 'store and serve nothing more of a kind',
      arguments: [KIND],
      options: [DRY_RUN, OFFLINE, WAIT, KEY],
      examples: ['peerage kind retire offer'],
      method: 'kind.retire',
      load: () => import('../commands/kind-retire.ts')
    },
    {
      name: 'record put',
      summary: 'sign a value and store it on several nodes',
      arguments: [
        KIND,
        { ...NAME, summary: '' },
        { name: 'value', summary: 'the text (- is standard input)', optional: true }
      ],
      options: [
        { flags: '--file FILE', summary: 'take the value from a file' },
        { flags: '--expect-version N', summary: 'only replace this version; 0: only create' },
        OWNER,
        { flags: '--lifetime DUR', summary: 'expire sooner than the kind has it' },
        {
          flags: '--seal-to WHO',
          summary: 'only group:NAME or member:NAME can read name and value',
          repeat: true
        },
        REASON,
        KEY
      ],
      examples: [
        'peerage record put note greeting "hello"',
        'peerage record put note plan --file plan.txt --seal-to group:staff'
      ],
      method: 'record.put',
      load: () => import('../commands/record-put.ts')
    },
    {
      name: 'record get',
      summary: 'print the newest verified version of a record, or all entries',
      arguments: [KIND, NAME],
      options: [OWNER, { flags: '--out FILE', summary: 'write the bytes to a file' }],
      examples: ['peerage record get note greeting --owner alice'],
      method: 'record.get',
      load: () => import('../commands/record-get.ts')
    },
    {
      name: 'record rm',
      summary: 'delete a record by a signed statement that outlives it',
      aliases: ['remove'],
      arguments: [KIND, NAME],
      options: [
        OWNER,
        { flags: '--expect-version N', summary: 'only delete this version' },
        REASON,
        KEY
      ],
      examples: ['peerage record rm note greeting'],
      method: 'record.remove',
      load: () => import('../commands/record-rm.ts')
    },
    {
      name: 'record history',
      summary: 'list the versions of a record that are still kept',
      arguments: [KIND, NAME],
      options: [OWNER],
      examples: ['peerage record history note greeting --owner alice'],
      method: 'record.history',
      load: () => import('../commands/record-history.ts')
    },
    {
      name: 'record holders',
      summary: 'ask every node that is to hold a record what it has of it',
      arguments: [KIND, NAME],
      options: [OWNER],
      examples: ['peerage record holders note greeting --owner alice'],
      method: 'record.holders',
      load: () => import('../commands/record-holders.ts')
    },
    {
      name: 'record receipts',
      summary: 'show what holders have signed for a record that this node wrote',
      arguments: [KIND, NAME],
      options: [OWNER],
      examples: ['peerage record receipts note greeting'],
      method: 'record.receipts',
      load: () => import('../commands/record-receipts.ts')
    },
    {
      name: 'record repair',
      summary: 'bring the other holders what they lack, now instead of soon',
      examples: ['peerage record repair'],
      method: 'record.repair',
      load: () => import('../commands/record-repair.ts')
    },
    {
      name: 'record watch',
      summary: 'print a line for each newer version of a record, wherever it is held',
      arguments: [KIND, NAME],
      options: [
        OWNER,
        { flags: '--count N', summary: 'end after so many' },
        { flags: '--since CURSOR', summary: 'go on where an earlier watch has ended' }
      ],
      examples: ['peerage record watch note greeting --owner alice --count 1'],
      method: 'record.watch',
      load: () => import('../commands/record-watch.ts')
    },
    {
      name: 'record export',
      summary: 'write records that this node holds into a file, as they were signed',
      arguments: [{ name: 'file', summary: 'a file that is not there yet' }],
      options: [
        { flags: '--kind KIND', summary: 'only this kind' },
        { flags: '--owner OWNER', summary: 'only of this owner' }
      ],
      examples: ['peerage record export records.json --owner alice'],
      method: 'record.export',
      load: () => import('../commands/record-export.ts')
    },
    {
      name: 'record import',
      summary: 'take over the records of a file, each judged as from a peer',
      arguments: [{ name: 'file', summary: 'what record export has written' }],
      examples: ['peerage record import records.json'],
      method: 'record.import',
      load: () => import('../commands/record-import.ts')
    },
    {
      name: 'record ls',
      summary: 'list the records that this node holds',
      aliases: LIST,
      options: [
        { flags: '--kind KIND', summary: 'only this kind' },
        { flags: '--owner OWNER', summary: 'only of this owner' },
        ...PAGE
      ],
      examples: ['peerage record ls --owner alice'],
      method: 'record.list',
      load: () => import('../commands/record-ls.ts')
    }
  ]
}
