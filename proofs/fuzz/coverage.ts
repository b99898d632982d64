/** Which blocks of this program have run, as V8 counts them. */
import { type Profiler, Session } from 'node:inspector'

/** Coverage since it was last taken. */
export interface Coverage {
  /** Names of the blocks that ran since the last call. */
  take(): string[]
  stop(): void
}

/** Starts counting the blocks of the script at `url`. */
export function startCoverage(url: string): Coverage {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return {
    take() {
      const names: string[] = []
      session.post('Profiler.takePreciseCoverage', (error, { result }) => {
        if (error) throw error
        for (const script of result) if (script.url === url) addBlocks(names, script.functions)
      })
      return names
    },
    stop() {
      session.post('Profiler.stopPreciseCoverage')
      session.disconnect()
    },
  }
}

/** A block inside another that did not run has a count of its own, of 0: only what ran is named. */
function addBlocks(names: string[], functions: readonly Profiler.FunctionCoverage[]): void {
  for (const { ranges } of functions)
    for (const { startOffset, endOffset, count } of ranges)
      if (count > 0) names.push(`${startOffset}-${endOffset}`)
      else names.push(`!${startOffset}-${endOffset}`)
}
