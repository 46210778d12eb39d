export { createTwinAlarm, type TwinAlarm, type TwinAlarmComponents } from './service.ts'
