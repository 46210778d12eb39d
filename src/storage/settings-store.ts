import type { Database } from './database.ts'
import { readText } from './row.ts'

/**
 * Small facts of this home that no other table holds. A closed list: one line per key.
 * `certificate`: of this node, DER as base64url. `listen`, `front-desk`: the addresses that port 0
 * became at the first start, as a JSON list. `bootstrap`: addresses of the node that enrolled us.
 * `anchors`: proven peers that are dialed first, as a JSON list of node ids. `desk`: where strangers
 * are served, and nodes whose certificate has ended. `newest-time`: Unix milliseconds, the latest
 * time that this node has seen. `asked`: id of the network that a certificate was requested of.
 * `restored`: Unix milliseconds when the backup was made of which this home comes, empty once it has
 * caught up.
 * `opinions`: members whose lists are read, as a JSON list.
 */
export type SettingKey =
  | 'certificate'
  | 'listen'
  | 'front-desk'
  | 'bootstrap'
  | 'anchors'
  | 'desk'
  | 'newest-time'
  | 'asked'
  | 'restored'
  | 'opinions'

export interface SettingsStore {
  get(key: SettingKey): string | undefined
  set(key: SettingKey, value: string): void
}

export function createSettingsStore(db: Database): SettingsStore {
  const select = db.prepare('SELECT value FROM settings WHERE key = ?')
  const upsert = db.prepare(
    'INSERT INTO settings VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'
  )
  return {
    get(key) {
      const row = select.get(key)
      return row === undefined ? undefined : readText(row, 'value')
    },
    set(key, value) {
      upsert.run(key, value)
    }
  }
}
