/**
 * A Vitest reporter that says last, in one plain line, how many tests passed, failed and were skipped; before it, one
 * line for each test that passed only when it was tried again, so that no flaky test hides behind a retry.
 */
import type { Reporter, TestCase, TestModule } from 'vitest/node'

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
    const flaky = modules.flatMap(module => [...module.children.allTests()].filter(isFlaky)).map(toLine)
    process.once('exit', () => console.log([...flaky, line].join('\n')))
  }
}

const isFlaky = (test: TestCase): boolean => test.diagnostic()?.flaky ?? false

function toLine(test: TestCase): string {
  const attempt = (test.diagnostic()?.retryCount ?? 0) + 1
  const [first] = test.result().errors ?? []
  // A property's message holds its counterexample: enough of it to try again.
  const why = first === undefined ? '' : `: ${first.message.slice(0, 1000)}`
  return `flaky: ${test.module.relativeModuleId} > ${test.fullName} (passed at attempt ${attempt})${why}`
}
