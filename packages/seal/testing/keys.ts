/** Fixed keys for tests: never use them for anything else. */
import { createSigner, type Jwk, type Signer, type Trust, trustList } from '../src/index.ts'

/** RFC 8037, appendix A.1 and A.2. */
export const privateJwk: Jwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
}
const { d: _, ...publicHalf } = privateJwk
export const publicJwk: Jwk = publicHalf as Jwk

/** 32 bytes, 0 to 31. */
export const secretJwk: Jwk = { kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' }

/** Another key pair (RFC 8032 §7.1, test 2). */
const otherPrivateJwk: Jwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs',
  x: 'PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw',
}

export const issuer = 'https://issuer.example'
export const signer: Signer = await createSigner(privateJwk, { issuer })
export const otherSigner: Signer = await createSigner(otherPrivateJwk)
export const secretSigner: Signer = await createSigner(secretJwk, { issuer })
export const trust: Trust = trustList(publicJwk)
export const secretTrust: Trust = trustList(secretJwk)
