/**
 * Opens a stream on a muxer whose connection began to close in the same tick. Ends with 0 when the
 * process survives. The argument is the muxer: `plain`, as the library has it, or `surviving`.
 */
import { argv } from 'node:process'
import { setImmediate } from 'node:timers/promises'
import { yamux } from '@chainsafe/libp2p-yamux'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { survivingYamux } from '../../src/overlay/surviving-muxer.ts'

const create = argv[2] === 'surviving' ? survivingYamux({}) : yamux({})
const [connection] = multiaddrConnectionPair()
const muxer = create().createStreamMuxer(connection)
// Neither needs to succeed: what matters is whether anything is thrown where nobody can catch it.
const ended = Promise.allSettled([connection.close(), muxer.createStream()])
await setImmediate()
await ended
process.exit(0)
