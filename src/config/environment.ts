import * as z from 'zod'
import { PeerageError } from '../errors.ts'
import { configSchema } from './schema.ts'

export type Variables = Readonly<Record<string, string | undefined>>

/** `PEERAGE_LOG_LEVEL` of `log_level`. */
export function variableOf(setting: string): string {
  return `PEERAGE_${setting.toUpperCase()}`
}

/**
 * The settings that the environment gives. A variable that is set and empty is refused: it is what
 * a template leaves behind whose value was missing, and no setting means that.
 *
 * Throws `ENVIRONMENT_EMPTY`.
 */
export function readEnvironment(variables: Variables): Readonly<Record<string, unknown>> {
  const given = Object.keys(configSchema.shape).flatMap((name) => {
    const variable = variableOf(name)
    const text = variables[variable]
    if (text === undefined) return []
    if (text.trim() === '') throw new PeerageError('ENVIRONMENT_EMPTY', { variable })
    return [[name, readValue(name, text)]]
  })
  return Object.fromEntries(given)
}

/**
 * What a shell can write of a setting: a list with commas, `true` or `false`, digits, else the text
 * itself. What has another form is left to the schema, which refuses it.
 */
export function readValue(setting: string, text: string): unknown {
  const type = typeOf(setting)
  if (type === 'array') {
    const items = text.split(',').map((item) => item.trim())
    return text.trim() === '' ? [] : items
  }
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true'
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  return text
}

function typeOf(setting: string): unknown {
  const { properties = {} } = z.toJSONSchema(configSchema, { io: 'input' })
  const property = properties[setting]
  return typeof property === 'object' ? property.type : undefined
}
