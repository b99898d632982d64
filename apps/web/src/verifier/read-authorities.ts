/** Certificates out of what a reader pastes or opens: those of authorities, or of single signers, whose C2PA manifests are to be trusted. */

/** A certificate as the page lists it. */
export interface Authority {
  /** As the certificate says it. */
  subject: string
  development: boolean
}

/** What was read, or why nothing was, in words for the reader. */
export type ReadAuthorities = { ok: true; pem: string; authorities: Authority[] } | { ok: false; why: string }

const maxLength = 1_000_000
const maxAuthorities = 200
const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Reads PEM. Whatever stands between certificates is dropped; a private key is refused by name. */
export async function readAuthorities(pem: string): Promise<ReadAuthorities> {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    return refuse('This is a private key: keep it secret. Only certificates belong here.')
  if (pem.length > maxLength) return refuse('This is longer than a list of certificates that is kept here.')
  const blocks = pem.match(certificate) ?? []
  if (blocks.length === 0)
    return refuse('There is no certificate in it. One begins with -----BEGIN CERTIFICATE-----.')
  if (blocks.length > maxAuthorities)
    return refuse(`More than ${maxAuthorities} certificates cannot be kept under one name.`)
  const clean = blocks.join('\n')
  try {
    // The library is loaded with the first list.
    const { trustAnchors } = await import('@streamseal/c2pa')
    const { anchors } = trustAnchors(clean, { allowDevelopment: true })
    return { ok: true, pem: clean, authorities: anchors.map(({ subject }) => authorityOf(subject.text)) }
  } catch {
    return refuse('A certificate in it cannot be read.')
  }
}

const authorityOf = (subject: string): Authority => ({
  subject,
  development: subject.includes('DEVELOPMENT ONLY'),
})

function refuse(why: string): ReadAuthorities {
  return { ok: false, why }
}
