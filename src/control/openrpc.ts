import * as z from 'zod'
import { ERRORS, type ErrorCode } from '../errors.ts'
import type { AnyMethod } from './method.ts'

type JsonSchema = Readonly<Record<string, unknown>>

interface ContentDescriptor {
  readonly name: string
  readonly required?: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

export interface OpenRpcMethod {
  readonly name: string
  readonly summary: string
  readonly paramStructure: 'either'
  readonly params: readonly ContentDescriptor[]
  readonly result: ContentDescriptor
  readonly errors: readonly { readonly code: number; readonly message: string }[]
  readonly examples: readonly {
    readonly name: string
    readonly params: readonly { readonly name: string; readonly value: unknown }[]
    readonly result: { readonly name: string; readonly value: unknown }
  }[]
  readonly 'x-access': string
}

/** An OpenRPC 1.3 document (spec.open-rpc.org). */
export type OpenRpcDocument = {
  readonly openrpc: '1.3.2'
  readonly info: { readonly title: string; readonly version: string }
  readonly methods: readonly OpenRpcMethod[]
}

export function openRpcOf(methods: readonly AnyMethod[], version: string): OpenRpcDocument {
  return {
    openrpc: '1.3.2',
    info: { title: 'Peerage', version },
    methods: methods.map(describeMethod)
  }
}

function describeMethod(method: AnyMethod): OpenRpcMethod {
  return {
    name: method.name,
    summary: method.summary,
    'x-access': method.access,
    paramStructure: 'either',
    params: Object.entries(method.params.shape).map(([name, schema]) => ({
      name,
      required: !isOptional(schema),
      ...description(schema),
      schema: jsonSchema(schema)
    })),
    result: { name: 'result', schema: jsonSchema(method.result) },
    errors: method.errors.map(describeError),
    examples: method.examples.map((example, index) => ({
      name: `${method.name} ${index + 1}`,
      params: Object.entries(example.params).map(([name, value]) => ({ name, value })),
      result: { name: 'result', value: example.result }
    }))
  }
}

function describeError(code: ErrorCode): { code: number; message: string } {
  return { code: ERRORS[code].number, message: `${code}: ${ERRORS[code].text}` }
}

export function isOptional(schema: z.core.$ZodType): boolean {
  return z.safeParse(schema, undefined).success
}

function description(schema: z.core.$ZodType): { description?: string } {
  const text = z.globalRegistry.get(schema)?.description
  return text === undefined ? {} : { description: text }
}

/** As `input`: a field with a default may be left out, and results may gain fields. */
export function jsonSchema(schema: z.core.$ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' })
  return rest
}
