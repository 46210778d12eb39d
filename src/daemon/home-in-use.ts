import { resolve } from 'node:path'
import { isHomeLocked } from '../storage/home-lock.ts'
import { homeAt } from './home.ts'

/** Whether a daemon holds this home, up to the very end of its stop. Changes nothing. */
export function isHomeInUse(directory: string): boolean {
  return isHomeLocked(homeAt(resolve(directory)).lock)
}
