/** An abort of ours that a caller's signal sets off too, and that leaves no listener behind. */

/** The pair, and what unlinks it. */
export interface LinkedAbort {
  readonly signal: AbortSignal
  abort(reason: unknown): void
  unlink(): void
}

/** Follows `outer` until it is unlinked. */
export function linkedAbort(outer: AbortSignal | undefined): LinkedAbort {
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(outer?.reason)
  if (outer?.aborted) onAbort()
  else outer?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    abort: reason => controller.abort(reason),
    unlink: () => outer?.removeEventListener('abort', onAbort),
  }
}
