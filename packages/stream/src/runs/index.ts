export { createRuns } from './create-runs.ts'
export { createMemoryRunStore, type MemoryRunStoreOptions } from './memory-store.ts'
export type * from './run-store.ts'
export type * from './runs.ts'
