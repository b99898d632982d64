/** A provider that quotes the key it was sent, in a refusal, must not show the operator's key to clients. */

/** `body` with the keys of the request's headers as asterisks, as many as they had bytes: its length stays. */
export function maskKey(
  body: Buffer,
  { authorization, 'x-api-key': apiKey }: Readonly<Record<string, string | string[]>>,
): Buffer {
  const keys = [String(authorization ?? '').replace(/^\S+\s+/, ''), String(apiKey ?? '')]
  let masked = body
  for (const key of keys) masked = maskOne(masked, Buffer.from(key))
  return masked
}

function maskOne(body: Buffer, key: Buffer): Buffer {
  // So short a key is a placeholder, and would be found in other words.
  if (key.length < 8 || !body.includes(key)) return body
  const masked = Buffer.from(body)
  for (let at = masked.indexOf(key); at >= 0; at = masked.indexOf(key, at)) {
    masked.fill('*', at, at + key.length)
  }
  return masked
}
