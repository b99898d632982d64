/** Ed25519 verification as a promise: by WebCrypto where it can, else by the library, which is loaded then. `verify-ed25519.node.ts` is its twin. */
import { fromHex } from './bytes.ts'
import { isStrictSignature } from './ed25519-strict.ts'

/** RFC 8032 §7.1, test 1: the key, and its signature over no bytes. */
const KNOWN_KEY = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const KNOWN_SIGNATURE =
  'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'

/** As `ed25519Verify`, with the same verdicts. */
export async function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (!isStrictSignature(signature)) return false
  hasEd25519 ??= verifyByWebCrypto(fromHex(KNOWN_KEY), new Uint8Array(), fromHex(KNOWN_SIGNATURE))
  if (await hasEd25519) return verifyByWebCrypto(publicKey, message, signature)
  const { ed25519Verify } = await import('./ed25519.web.ts')
  return ed25519Verify(publicKey, message, signature)
}

/** Browsers before 2025, and pages that came without TLS, have no Ed25519 of their own. */
let hasEd25519: Promise<boolean> | undefined

/** False also where there is no such algorithm, and for a key that is not on the curve. */
async function verifyByWebCrypto(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  try {
    const { subtle } = globalThis.crypto
    const key = await subtle.importKey('raw', publicKey.slice(), 'Ed25519', false, ['verify'])
    return await subtle.verify('Ed25519', key, signature.slice(), message.slice())
  } catch {
    return false
  }
}
