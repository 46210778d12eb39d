/**
 * The types of the control methods and events without the schemas they are inferred from: the
 * compiler writes the types of these constants out in full, so that the declarations of the
 * package need no zod. Nothing runs this file.
 */
import type { EventData, Topic } from '../../src/control/event-schemas.ts'
import type { MethodName, ParamsOf, ResultOf } from '../../src/control/methods/index.ts'
import type { RecordChanged } from '../../src/control/record-changed.ts'

type Plain<T> = T extends object ? (T extends infer O ? { [K in keyof O]: Plain<O[K]> } : never) : T

declare function plain<T>(): Plain<T>

export const methods =
  plain<{
    [Name in MethodName]: { params: ParamsOf<Name>; result: ResultOf<Name> }
  }>()

export const events = plain<{ [Name in Topic]: EventData<Name> }>()

export const changed = plain<RecordChanged>()
