import { statfsSync } from 'node:fs'
import type { Config } from '../config/schema.ts'
import type { RecordRoomInit } from '../storage/record-room.ts'
import type { Home } from './home.ts'

/** What records may occupy in the database of a home, and what its file system has left. */
export function recordDisk({ directory }: Home, config: Config): RecordRoomInit {
  return {
    bytesMax: config.record_disk_mib * 1024 * 1024,
    freeBytes() {
      const { bavail, bsize } = statfsSync(directory)
      return bavail * bsize
    }
  }
}
