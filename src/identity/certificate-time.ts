import { fromUtf8 } from '../encoding/bytes.ts'
import type { UnixMillis } from '../time/clock.ts'
import { type Der, TAG } from './der.ts'

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
/** UTCTime ends here; later dates must be GeneralizedTime (RFC 5280 §4.1.2.5). */
const FIRST_GENERALIZED_YEAR = 2050

/** A Time of a validity period with whole seconds in UTC, or `undefined` for any other spelling. */
export function parseCertificateTime(time: Der): UnixMillis | undefined {
  const text = fromUtf8(time.content) ?? ''
  if (time.tag === TAG.utcTime) {
    const fields = UTC_TIME.exec(text)?.slice(1)
    const century = Number(fields?.[0]) < 50 ? '20' : '19'
    return fields && toMillis(century + fields[0], fields.slice(1))
  }
  if (time.tag !== TAG.generalizedTime) return undefined
  const [year, ...rest] = GENERALIZED_TIME.exec(text)?.slice(1) ?? []
  return Number(year) >= FIRST_GENERALIZED_YEAR ? toMillis(year ?? '', rest) : undefined
}

function toMillis(year: string, [month, day, hour, minute, second]: string[]) {
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const millis = Date.parse(text)
  // Date accepts 30 February and 24:00:00 as later moments: only a date that reads back was meant.
  const isReal = !Number.isNaN(millis) && new Date(millis).toISOString() === text
  return isReal ? millis : undefined
}
