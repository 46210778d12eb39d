export { createEquivocationAlarm, type EquivocationAlarm } from './service.ts'
