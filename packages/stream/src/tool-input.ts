/** A call's input as the object that Anthropic and Google want it as. */
import { StreamError } from './stream-error.ts'

/** Parses it; an empty input is a call without arguments. Throws `INVALID_REQUEST` where it is no JSON, as of a call that was cut. */
export function parsedToolInput({ toolName, input }: { toolName: string; input: string }): unknown {
  try {
    return JSON.parse(input || '{}')
  } catch (cause) {
    throw new StreamError(`Cannot send the call of "${toolName}": its input is not JSON`, {
      code: 'INVALID_REQUEST',
      cause,
    })
  }
}
