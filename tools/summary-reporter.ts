/** A Vitest reporter that says last, in one plain line, how many tests passed, failed and were skipped. */
import type { Reporter, TestModule } from 'vitest/node'

/** Prints its line when the process ends, so that nothing comes after it. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const statesOf = (module: TestModule): string[] =>
      [...module.children.allTests()].map(test => test.result().state)
    const states = modules.flatMap(statesOf)
    const count = (state: string): number => states.filter(each => each === state).length
    // A file that cannot be read, or whose preparation fails, has no failed test, and must not look like success.
    const broken = modules.filter(
      module => module.state() === 'failed' && !statesOf(module).includes('failed'),
    ).length
    const skipped = count('skipped') + count('pending')
    const line = `tests: ${count('passed')} passed, ${count('failed') + broken} failed, ${skipped} skipped`
    process.once('exit', () => console.log(line))
  }
}
