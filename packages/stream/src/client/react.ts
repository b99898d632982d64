/** A React hook over `watchAnswer`: an answer as it comes, drawn at most once a frame. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { type AnswerSnapshot, emptyAnswer } from './answer-state.ts'
import { type Answer, type WatchOptions, watchAnswer } from './watch-answer.ts'

/** An answer in a component. `idle`: nothing has been asked. */
export interface UsedAnswer extends Omit<AnswerSnapshot, 'state'> {
  readonly state: AnswerSnapshot['state'] | 'idle'
  /** Asks, with this as the body, and leaves the answer before. Without a body it reads the run at the URL. */
  ask(body?: unknown): void
  /** Stops the run; what had come stays. */
  cancel(): void
}

/**
 * Asks nothing until `ask` is called. A component that goes leaves its answer; whether the run goes on is the server's policy.
 * The options of the latest drawing count for the next question.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createElement } from 'react'
 * import { renderToString } from 'react-dom/server'
 * import { useAnswer } from '@streamseal/stream/client/react'
 *
 * function Chat() {
 *   const { state, text, ask, cancel } = useAnswer('/stream')
 *   return createElement('p', { onClick: () => (state === 'streaming' ? cancel() : ask({ prompt: 'Hi' })) }, state, text)
 * }
 * assert.match(renderToString(createElement(Chat)), /idle/)
 * ```
 */
export function useAnswer(
  url: string | URL,
  options: Omit<WatchOptions, 'body' | 'signal'> = {},
): UsedAnswer {
  const [answer, setAnswer] = useState<Answer>()
  const current = useRef<Answer>(undefined)
  const latest = useRef({ url, options })
  useEffect(() => {
    latest.current = { url, options }
  })
  useEffect(() => () => current.current?.leave(), [])
  const ask = useCallback((body?: unknown) => {
    current.current?.leave()
    const next = watchAnswer(latest.current.url, { ...latest.current.options, body })
    current.current = next
    setAnswer(next)
  }, [])
  const cancel = useCallback(() => current.current?.cancel(), [])
  const subscribe = useCallback(
    (listener: () => void) => answer?.subscribe(listener) ?? (() => undefined),
    [answer],
  )
  const snapshot = useSyncExternalStore(
    subscribe,
    () => answer?.snapshot ?? emptyAnswer,
    () => emptyAnswer,
  )
  return { ...snapshot, state: answer === undefined ? 'idle' : snapshot.state, ask, cancel }
}
