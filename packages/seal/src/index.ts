export type { Claims, Ending, Ingredient } from './claims.ts'
export type { Found, Range, Report, SealReport, SegmentReport, SegmentStatus, Status } from './report.ts'
