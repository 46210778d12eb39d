export { type BreakGlassBook, createBreakGlassBook } from './book.ts'
export { type BreakGlassFlood, createBreakGlassFlood } from './service.ts'
