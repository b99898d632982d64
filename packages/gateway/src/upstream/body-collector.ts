/** Gathers a response body up to a bound. */
import type { IncomingMessage } from 'node:http'
import { StreamError } from '@streamseal/stream'

/** Resolves with the whole body; rejects where it is cut or longer than `maxBytes`. */
export function collectBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    response.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > maxBytes) response.destroy(tooLong(maxBytes))
      else chunks.push(chunk)
    })
    response.on('end', () => resolve(Buffer.concat(chunks)))
    response.on('error', cause => reject(cause instanceof StreamError ? cause : cutOff(cause)))
    response.on('close', () => {
      if (!response.complete) reject(cutOff(undefined))
    })
  })
}

function tooLong(maxBytes: number): StreamError {
  return new StreamError(`Cannot read the provider's answer: it is longer than ${maxBytes} bytes`, {
    code: 'LIMIT_EXCEEDED',
  })
}

function cutOff(cause: unknown): StreamError {
  return new StreamError("Cannot read the provider's answer: the connection was cut before its end", {
    code: 'STREAM_INCOMPLETE',
    cause,
  })
}
