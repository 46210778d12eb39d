import { toPeerageError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Database } from '../storage/database.ts'
import { createGroupCommit } from '../storage/group-commit.ts'

/** Runs what writes down what has happened. */
export type Afterwards = (write: () => void) => void

/**
 * At the end of the turn, when the peers have been told of it already: all that one piece of news
 * causes here costs one sync of the disk, and keeps nobody behind this node waiting.
 */
export function createAfterwards(db: Database, logger: Logger): Afterwards {
  const inGroup = createGroupCommit(db)
  return (write) => {
    inGroup(write).catch((error: unknown) => {
      logger.error('daemon.not-written', { code: toPeerageError(error).code })
    })
  }
}
