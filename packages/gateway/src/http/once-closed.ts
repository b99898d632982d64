/** Tells when a response is over, whole or not, also where it was before anyone asked. */
import type { ServerResponse } from 'node:http'

/** Calls `listener` once, never at once. */
export function onceClosed(response: ServerResponse, listener: () => void): void {
  if (response.destroyed) process.nextTick(listener)
  else response.once('close', listener)
}
