import { AEAD, decryptBytes, encryptBytes } from './aead.ts'

/** Where a piece belongs, so that none can be left out, moved, or missing at the end. */
export interface PiecePlace {
  readonly index: number
  readonly isLast: boolean
}

/**
 * One piece of a long text, sealed with its place (STREAM, Hoang, Reyhanitabar, Rogaway and Vizár
 * 2015): `AEAD.tagBytes` longer than the piece. A key seals one text only.
 */
export function sealPiece(
  key: Uint8Array,
  context: Uint8Array,
  place: PiecePlace,
  piece: Uint8Array
): Uint8Array {
  return encryptBytes(key, nonceOf(place), context, piece)
}

/** `undefined` when the key, the context, the place or a byte is wrong. */
export function openPiece(
  key: Uint8Array,
  context: Uint8Array,
  place: PiecePlace,
  sealed: Uint8Array
): Uint8Array | undefined {
  return decryptBytes(key, nonceOf(place), context, sealed)
}

function nonceOf({ index, isLast }: PiecePlace): Uint8Array {
  const nonce = new Uint8Array(AEAD.nonceBytes)
  const view = new DataView(nonce.buffer)
  view.setUint32(AEAD.nonceBytes - 5, index)
  view.setUint8(AEAD.nonceBytes - 1, isLast ? 1 : 0)
  return nonce
}
