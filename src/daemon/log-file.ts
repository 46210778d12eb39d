import { closeSync, constants, fstatSync, openSync, renameSync, writeSync } from 'node:fs'
import { LIMITS } from '../limits.ts'

/** Where the lines before the current file went. */
export function earlierLog(path: string): string {
  return `${path}.1`
}

export interface LogFile {
  write(line: string): void
  close(): void
}

/**
 * The log of a node in its home. When the file is full it becomes the earlier one, which is
 * replaced: both together never take more than twice `logFileBytesMax`, whatever happens.
 *
 * A disk that takes no line must not end the node; what is lost, standard error still has.
 */
export function openLogFile(path: string): LogFile {
  let descriptor = open(path)
  let size = sizeOf(descriptor)

  function rotate(): void {
    close()
    try {
      renameSync(path, earlierLog(path))
    } catch {
      // The directory takes no change; without a file nothing more is written, and nothing grows.
      return
    }
    descriptor = open(path)
    size = sizeOf(descriptor)
  }

  function close(): void {
    if (descriptor === undefined) return
    closeSync(descriptor)
    descriptor = undefined
  }

  return {
    write(line) {
      const bytes = Buffer.byteLength(line)
      if (size + bytes > LIMITS.logFileBytesMax) rotate()
      if (descriptor === undefined) return
      try {
        size += writeSync(descriptor, line)
      } catch {
        // Full for now: the next line may find room again.
      }
    },
    close
  }
}

/** Never through a link that somebody has put there; `undefined` where it cannot be opened. */
function open(path: string): number | undefined {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants
  try {
    return openSync(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600)
  } catch {
    return undefined
  }
}

function sizeOf(descriptor: number | undefined): number {
  return descriptor === undefined ? 0 : fstatSync(descriptor).size
}
