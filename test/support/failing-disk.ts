import fs from 'node:fs'
import fsPromises, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { DatabaseSync, StatementSync } from 'node:sqlite'

export type DiskFault = 'ENOSPC' | 'EIO'

/** SQLITE_FULL, and SQLITE_IOERR_FSYNC. */
const SQLITE_CODES: Readonly<Record<DiskFault, number>> = { ENOSPC: 13, EIO: 1034 }
const SYNC = [
  ...['writeSync', 'writeFileSync', 'renameSync', 'linkSync', 'mkdirSync', 'chmodSync'],
  ...['fsyncSync', 'rmSync', 'openSync']
]
const ASYNC = ['rename', 'link', 'mkdir', 'rm', 'open', 'chmod', 'writeFile']

/**
 * Stands between this process and its disk: counts what it writes, and lets one write fail. What
 * fails has written nothing.
 */
export class FailingDisk {
  #writes = 0
  #failsAt = Number.POSITIVE_INFINITY
  #fault: DiskFault = 'EIO'
  #isWatched = false
  #failed: string | undefined

  static async install(): Promise<FailingDisk> {
    const disk = new FailingDisk()
    for (const name of SYNC) disk.#replace(fs, name, disk.#fileFault)
    for (const name of ASYNC) disk.#replace(fsPromises, name, disk.#fileFault)
    const probe = await fsPromises.open(import.meta.filename)
    const handle = Object.getPrototypeOf(probe) as FileHandle
    for (const name of ['writeFile', 'sync'] as const) disk.#replace(handle, name, disk.#fileFault)
    await probe.close()
    disk.#replace(StatementSync.prototype, 'run', disk.#sqliteFault)
    disk.#replace(DatabaseSync.prototype, 'exec', disk.#sqliteFault)
    syncBuiltinESMExports()
    return disk
  }

  /** From now on the write of this number fails, once; without it all are only counted. */
  watch(failsAt = Number.POSITIVE_INFINITY, fault: DiskFault = 'EIO'): void {
    this.#writes = 0
    this.#failed = undefined
    this.#failsAt = failsAt
    this.#fault = fault
    this.#isWatched = true
  }

  /** What was written since, and which write failed. */
  rest(): { readonly writes: number; readonly failed: string | undefined } {
    this.#isWatched = false
    return { writes: this.#writes, failed: this.#failed }
  }

  #replace(target: object, name: string, faultOf: (name: string) => Error): void {
    const original: unknown = Reflect.get(target, name)
    if (typeof original !== 'function') throw new Error(`the runtime has no ${name}`)
    const hit = (values: readonly unknown[]) => this.#isHit(name, values)
    const replaced = function (this: unknown, ...values: unknown[]): unknown {
      if (!hit(values)) return Reflect.apply(original, this, values)
      const error = faultOf(name)
      // What works with promises fails with one.
      if (name === 'sync' || ASYNC.includes(name)) return Promise.reject(error)
      throw error
    }
    if (!Reflect.set(target, name, replaced)) throw new Error(`${name} cannot be replaced`)
  }

  #isHit(name: string, [first, flags]: readonly unknown[]): boolean {
    if (!this.#isWatched || !isWrite(name, first, flags)) return false
    this.#writes++
    if (this.#writes !== this.#failsAt) return false
    this.#failed = name
    return true
  }

  #fileFault = (syscall: string): Error => {
    const code = this.#fault
    return Object.assign(new Error(`${code}: made by a test, ${syscall}`), { code, syscall })
  }

  #sqliteFault = (): Error => {
    const errcode = SQLITE_CODES[this.#fault]
    return Object.assign(new Error('made by a test'), { code: 'ERR_SQLITE_ERROR', errcode })
  }
}

/** Of what can write and read, what writes. */
function isWrite(name: string, first: unknown, flags: unknown): boolean {
  if (name === 'exec') return first === 'COMMIT'
  if (name !== 'open' && name !== 'openSync') return true
  if (typeof flags !== 'number') return /[wa+]/.test(String(flags ?? ''))
  return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0
}
