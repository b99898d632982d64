/** Callbacks around a run, for those who would rather be called than iterate. */
import type { RunResult } from '../contract.ts'
import type { StreamError } from '../stream-error.ts'

/** Each is optional. One that throws or rejects stops nothing; it is reported as a warning of the process. */
export interface RunCallbacks {
  /** The run has begun. */
  onStart?(run: { id: string; provider: string; model: string }): void | Promise<void>
  /** Each delta of the first choice's text, marks included, in order; a promise holds the next back. */
  onToken?(delta: string): void | Promise<void>
  /** The run has ended, complete or cancelled. */
  onEnd?(result: RunResult): void | Promise<void>
  /** The run has failed; `error.partial` holds what had come. */
  onError?(error: StreamError): void | Promise<void>
}

/** Reads the parts and calls; never rejects. */
export async function callBack(
  callbacks: RunCallbacks,
  names: { id: string; provider: string; model: string },
  text: AsyncIterable<string>,
  result: Promise<RunResult>,
): Promise<void> {
  await safely(() => callbacks.onStart?.(names))
  try {
    for await (const delta of text) await safely(() => callbacks.onToken?.(delta))
    const ended = await result
    await safely(() => callbacks.onEnd?.(ended))
  } catch (error) {
    await safely(() => callbacks.onError?.(error as StreamError))
  }
}

async function safely(call: () => void | Promise<void> | undefined): Promise<void> {
  try {
    await call()
  } catch (error) {
    process.emitWarning(
      `A callback of a run failed: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

/**
 * Callbacks that write the answer to standard output as it comes.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate, stdoutHandler } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * const run = generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x', callbacks: stdoutHandler() })
 * assert.equal((await run.result()).text, 'Hello')
 * ```
 */
export function stdoutHandler(output: { write(text: string): unknown } = process.stdout): RunCallbacks {
  return {
    onToken: delta => void output.write(delta),
    onEnd: () => void output.write('\n'),
    onError: error => void output.write(`\n[${error.code}] ${error.message}\n`),
  }
}
