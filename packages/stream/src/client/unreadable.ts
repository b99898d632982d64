/** The error for a message that is not what it should be. */
import { StreamError } from '../stream-error.ts'

const quotedChars = 200

/** `PROVIDER_PROTOCOL`, quoting the beginning of what stood there. */
export function unreadable(what: 'part' | 'frame', data: string): StreamError {
  const message = `Cannot read the ${what} ${JSON.stringify(data.slice(0, quotedChars))}`
  return new StreamError(message, { code: 'PROVIDER_PROTOCOL' })
}
