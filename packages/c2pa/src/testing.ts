/** What shows that an implementation of ours, or a stranger's, does what is asked of it. */
export { type StoreSuiteOptions, storeSuite, type TestFunction } from './testing/store-suite.ts'
