import { readConfig } from '../config/file.ts'
import type { GivenSettings, Origin } from '../config/load.ts'
import { type Config, type SettingName, viewAges } from '../config/schema.ts'
import { listSettings } from '../config/settings.ts'
import type { FreshnessLimits } from '../overlay/freshness.ts'
import type { Stop } from './lifecycle.ts'

/** What a reload has done. */
export interface Reloaded {
  readonly applied: SettingName[]
  /** Changed as well, and to take effect at the next start. */
  readonly later: SettingName[]
}

/** The settings that a running node goes by; those that are marked can change while it runs. */
export interface LiveConfig {
  config(): Config
  origin(name: SettingName): Origin
  /** Always those of now: the parts that go by them keep this object. */
  readonly maxAge: FreshnessLimits
  /** Reads the file again. Throws `CONFIG_INVALID`, and then nothing has changed. */
  reload(): Reloaded
  onReload(listener: (reloaded: Reloaded) => void): Stop
}

export function openLiveConfig(path: string, given: GivenSettings): LiveConfig {
  const listeners = new Set<(reloaded: Reloaded) => void>()
  let current = readConfig(path, given)
  let ages = viewAges(current.config)

  return {
    config: () => current.config,
    origin: (name) => current.origins[name],
    maxAge: {
      get admissionMs() {
        return ages.admissionMs
      },
      get sessionMs() {
        return ages.sessionMs
      }
    },
    reload() {
      const next = readConfig(path, given)
      const reloadable = new Set(
        listSettings().flatMap(({ name, isReloaded }) => (isReloaded ? [name] : []))
      )
      const changed = (Object.keys(next.config) as SettingName[]).filter(
        (name) => JSON.stringify(next.config[name]) !== JSON.stringify(current.config[name])
      )
      const [applied, later] = [true, false].map((now) =>
        changed.filter((name) => reloadable.has(name) === now)
      ) as [SettingName[], SettingName[]]
      const pick = (from: object) =>
        Object.fromEntries(Object.entries(from).filter(([name]) => reloadable.has(name)))
      current = {
        config: { ...current.config, ...pick(next.config) },
        origins: { ...current.origins, ...pick(next.origins) }
      }
      ages = viewAges(current.config)
      for (const listener of [...listeners]) listener({ applied, later })
      return { applied, later }
    },
    onReload(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    }
  }
}
