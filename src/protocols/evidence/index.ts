export { createReportBook, type Heard, type ReportBook } from './book.ts'
export { createReportFile, verifyReportFile } from './file.ts'
export { type OpenReport, openReport, type Report, reportId } from './report.ts'
export { createEvidence, type Evidence } from './service.ts'
