export { type AckBook, type AckStore, createAckBook } from './book.ts'
export { type Acks, type AcksComponents, createAcks } from './service.ts'
