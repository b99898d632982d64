/** How an answer under way can fail, in words. */
import { StreamError } from '@streamseal/stream'

/** The provider's connection broke before the answer was whole. */
export function cutOff(cause?: unknown): StreamError {
  return new StreamError('Cannot finish the answer: the connection to the provider was cut', {
    code: 'STREAM_INCOMPLETE',
    cause,
  })
}

/** The gateway stops. */
export function shuttingDown(): StreamError {
  return new StreamError('Cannot finish the answer: the gateway is shutting down', { code: 'SHUTTING_DOWN' })
}
