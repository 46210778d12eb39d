import { parseText } from './bytes.ts'

/** RFC 7468 §2, with lines of 64 characters. */
export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/** The bytes of a text that is one block with this label, or `undefined`. */
export function fromPem(label: string, text: string): Uint8Array | undefined {
  const [start, end] = [`-----BEGIN ${label}-----`, `-----END ${label}-----`]
  const block = text.trim()
  if (!block.startsWith(start) || !block.endsWith(end)) return undefined
  // PEM (RFC 7468) is base64 with padding and line ends; the strict decoder takes base64url.
  const body = block.slice(start.length, -end.length).replace(/[\s=]/g, '')
  const bytes = parseText(body.replaceAll('+', '-').replaceAll('/', '_'), 'base64url')
  return bytes.ok ? bytes.value : undefined
}
