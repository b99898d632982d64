/** The test runner that is running us, where a suite is not told. */

/** A test runner's `test`: vitest's, node's or jest's. */
export type TestFunction = (name: string, body: () => Promise<void>) => unknown

/** The global `test`; throws `TypeError` where there is none. */
export function runnersTest(): TestFunction {
  const { test } = globalThis as { test?: TestFunction }
  if (test === undefined) throw new TypeError('Cannot run the suite: give `test`, there is no global one')
  return test
}
