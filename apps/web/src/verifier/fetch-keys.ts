/** An issuer's public keys, from the address of its key set. */
import { type ReadKeys, readKeys } from './read-keys.ts'

const timeoutMs = 10_000
const maxBytes = 256 * 1024

/** Fetches and reads a key set; sends neither cookies nor a referrer. Failures come back in words. */
export async function fetchKeys(url: string): Promise<ReadKeys> {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) return { ok: false, why: `The address answered ${response.status}.` }
    return await readKeys(await boundedText(response))
  } catch {
    return {
      ok: false,
      why: 'The address did not answer, or does not let other pages read it. You can open it yourself and paste the keys.',
    }
  }
}

async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  const reader = response.body?.getReader()
  let text = ''
  for (let size = 0; reader !== undefined; ) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > maxBytes) {
      await reader.cancel()
      throw new RangeError(`Cannot read a key set of more than ${maxBytes} bytes`)
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}

/** The address to ask for what a reader typed: a bare host or site means its well-known key set. Undefined where it is no web address. */
export function keySetUrl(typed: string): string | undefined {
  const text = typed.trim()
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  if (text === '' || !URL.canParse(full)) return undefined
  const url = new URL(full)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  if (url.username !== '' || url.password !== '') return undefined
  if (url.pathname === '/') url.pathname = '/.well-known/jwks.json'
  return url.href
}
