/** What every delivery lets its caller choose. */
import type { Run } from '../run/run.ts'

/** How a run is delivered. */
export interface DeliveryOptions {
  /** Added to the response's headers, over ours. */
  headers?: Record<string, string>
  /** What happens to the run when its reader leaves before the end; default `cancel`. */
  onLeave?: 'cancel' | 'continue'
}

/** Applies the policy for a reader who has left. */
export function leave(run: Run, { onLeave = 'cancel' }: DeliveryOptions): void {
  if (onLeave === 'cancel') run.cancel({ readerLeft: true })
}
