/** A Vitest reporter that says last, in one plain line, how many tests passed, failed and were skipped. */
import type { Reporter, TestModule } from 'vitest/node'

/** Prints its line when the process ends, so that nothing comes after it. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap(module => [...module.children.allTests()].map(test => test.result().state))
    const count = (state: string): number => states.filter(each => each === state).length
    // A file that cannot be read holds no tests, and must not look like success.
    const broken = modules.filter(module => module.errors().length > 0).length
    const skipped = count('skipped') + count('pending')
    const line = `tests: ${count('passed')} passed, ${count('failed') + broken} failed, ${skipped} skipped`
    process.once('exit', () => console.log(line))
  }
}
