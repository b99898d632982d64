/** Ed25519 verification as a promise, by Node's own implementation. `verify-ed25519.web.ts` is its twin. */
import { ed25519Verify } from './ed25519.node.ts'

/** As `ed25519Verify`. */
export async function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return ed25519Verify(publicKey, message, signature)
}
