/** Warns, once, where a handler is collected by the garbage collector before it was finalized. */

/** What is known of a handler after it is gone; it must not refer to the handler. */
export interface Watch {
  /** Characters that were never returned, in code points. */
  waiting: number
  /** Whether a block or the closing of a seal was never returned. */
  isOwed: boolean
  warn: (message: string) => void
}

const registry = new FinalizationRegistry<Watch>(report)

/** Watches a handler until `unwatch`. */
export function watch(handler: object, state: Watch): void {
  registry.register(handler, state, handler)
}

/** The handler was finalized: there is nothing to warn of. */
export function unwatch(handler: object): void {
  registry.unregister(handler)
}

/** No word of the text itself is in the message. */
function report({ waiting, isOwed, warn }: Watch): void {
  const lost = [
    ...(waiting > 0 ? [`${waiting} characters that it held back are lost`] : []),
    ...(isOwed ? ['its last mark was never returned'] : []),
  ]
  if (lost.length > 0) warn(`A StreamingHandler was collected without finalize(): ${lost.join(', and ')}`)
}
