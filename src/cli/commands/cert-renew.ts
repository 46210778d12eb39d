import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'

export async function run(context: Context, _input: Input): Promise<Report> {
  const renewed = await context.call('cert.renew', {})
  return {
    json: renewed,
    text: (paint) =>
      done(paint, 'the certificate of this node is renewed', [
        ['serial', renewed.serial],
        ['until', renewed.notAfter]
      ]),
    quiet: [renewed.serial],
    next: 'peerage cert show'
  }
}
