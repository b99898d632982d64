/** PEM (RFC 7468): labelled Base64 between dashes. */
import { type Bytes, fromBase64 } from './bytes.ts'
import { C2paError } from './c2pa-error.ts'

const block = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g

/** The contents of every block with this label, in order. Throws `C2paError` (`INVALID_PEM`) where there is none or one is damaged. */
export function readPem(pem: string, label: string): Bytes[] {
  const found = [...pem.matchAll(block)].filter(([, name]) => name === label)
  if (found.length === 0) {
    throw new C2paError(`Cannot find a "${label}" in the PEM text`, { code: 'INVALID_PEM' })
  }
  return found.map(([, , body]) => {
    const bytes = fromBase64((body ?? '').replace(/\s+/g, ''))
    if (!bytes) throw new C2paError(`Cannot read the Base64 of a "${label}"`, { code: 'INVALID_PEM' })
    return bytes
  })
}

/** One block of PEM, with lines of 64 characters and a line end behind it. */
export function writePem(label: string, bytes: Uint8Array): string {
  const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
