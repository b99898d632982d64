/** Bytes, base64 and URLs of a prompt's images and files, as providers take them. */

/** A URL that providers accept: web addresses and `data:` URLs as they are, bytes and base64 as a `data:` URL. */
export function toDataUrl(data: string | Uint8Array | URL, mediaType: string): string {
  if (data instanceof URL) return data.href
  if (typeof data === 'string' && /^(https?|data):/.test(data)) return data
  return `data:${mediaType};base64,${toBase64(data)}`
}

/** Base64 of bytes; a string is taken to be base64 already, and a `data:` URL gives its base64. */
export function toBase64(data: string | Uint8Array): string {
  if (typeof data !== 'string')
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
  return data.startsWith('data:') ? data.slice(data.indexOf(',') + 1) : data
}

/** A web address in the data, if it is one. */
export function webUrl(data: string | Uint8Array | URL): string | undefined {
  const text = data instanceof URL ? data.href : data
  return typeof text === 'string' && /^https?:/.test(text) ? text : undefined
}
