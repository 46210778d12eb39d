/** A bare newline-delimited echo: `echo-server.ts SOCKET`. Answers a line with a line, no more. */
import { createServer } from 'node:net'
import { argv, stdout } from 'node:process'

createServer((socket) => {
  let rest = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    let answer = ''
    for (const line of lines) {
      const { id } = JSON.parse(line) as { id: number }
      answer += `${JSON.stringify({ jsonrpc: '2.0', id, result: { pong: true } })}\n`
    }
    if (answer !== '') socket.write(answer)
  })
  socket.on('error', () => socket.destroy())
}).listen(argv[2], () => stdout.write('ready\n'))
