export { parseRule } from './handler.ts'
export { DIAGNOSTIC_KINDS, type DiagnosticKind } from './messages.ts'
export { type Asked, createDiagnostics, type Diagnostics } from './service.ts'
