export type * from './run-store.ts'
export type * from './runs.ts'
