/** Ids of runs, in the text form of a seal's stream id: 16 hexadecimal digits, 64 random bits. */
export function newStreamId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}
