/** The parts of JSON Schema (draft 7) that the schemas of the methods become. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly maxItems?: number
  readonly minItems?: number
}

/** A schema as readers of TypeScript write types; descriptions become comments. */
export function renderShape(schema: JsonSchema, indent = ''): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((v) => JSON.stringify(v)).join(' | ')
  if (schema.anyOf !== undefined) return schema.anyOf.map((s) => renderShape(s, indent)).join(' | ')
  if (schema.type === 'array') {
    const item = renderShape(schema.items ?? {}, indent)
    return item.includes(' | ') ? `(${item})[]` : `${item}[]`
  }
  if (typeof schema.type === 'object') return schema.type.join(' | ')
  if (schema.type !== 'object') return schema.type ?? 'any'
  if (schema.properties === undefined) return 'object'
  const { required = [] } = schema
  const lines = Object.entries(schema.properties).map(([name, property]) => {
    const mark = required.includes(name) ? '' : '?'
    const comment = property.description === undefined ? '' : `  // ${property.description}`
    return `${indent}  ${name}${mark}: ${renderShape(property, `${indent}  `)}${comment}`
  })
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`
}

/** Bounds and default of a parameter, in words. */
export function renderBounds(schema: JsonSchema): string {
  const { minimum, maximum, maxLength, minItems, maxItems } = schema
  const parts = [
    schema.default === undefined ? '' : `default \`${JSON.stringify(schema.default)}\``,
    maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
      ? ''
      : `${minimum ?? 0} to ${maximum}`,
    maxLength === undefined ? '' : `at most ${maxLength} characters`,
    maxItems === undefined ? '' : `${minItems ?? 0} to ${maxItems} items`
  ]
  return parts.filter((part) => part !== '').join('; ')
}
