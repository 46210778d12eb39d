declare const brand: unique symbol

/** A primitive that only its own parser may create, so that a checked value is a type. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
