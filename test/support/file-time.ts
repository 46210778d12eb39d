import { statSync, utimesSync } from 'node:fs'

/** Sets the time of a file to that millisecond, as a disk that lost a bit leaves it. */
export function setFileTime(path: string, timeMs: number): void {
  // In seconds as a fraction, whose last bits are lost: the middle of the millisecond stays in it.
  const seconds = (Math.trunc(timeMs) + 0.5) / 1000
  utimesSync(path, seconds, seconds)
}

export function fileTime(path: string): number {
  return statSync(path).mtimeMs
}
