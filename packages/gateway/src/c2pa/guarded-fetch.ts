/**
 * A `fetch` for one kind of request: a POST that follows no redirect, reads no more than it must and, unless told otherwise,
 * reaches no private, loopback or link-local address, whatever the name resolves to.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent'

/** The most that is read of an answer, in bytes. */
const maxBytes = 65_536

/** Makes one. The signal that comes with a request bounds all of it. */
export function guardedFetch(allowPrivateAddresses: boolean): typeof fetch {
  const options = { allowPrivateIPAddress: allowPrivateAddresses, allowMetaIPAddress: false }
  return async (input, { headers, body, signal } = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const isSecure = url.protocol === 'https:'
    const agent = isSecure ? new RequestFilteringHttpsAgent(options) : new RequestFilteringHttpAgent(options)
    try {
      const sent = { method: 'POST', agent, headers: Object.fromEntries(new Headers(headers)) }
      const request = (isSecure ? httpsRequest : httpRequest)(url, { ...sent, signal: signal ?? undefined })
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        request.on('response', resolve).on('error', reject)
        request.end(body)
      })
      const bytes = await readBounded(answer)
      return new Response(bytes, { status: answer.statusCode ?? 500 })
    } finally {
      agent.destroy()
    }
  }
}

async function readBounded(answer: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > maxBytes) throw new RangeError(`Cannot read an answer of more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}
