import { expect, test } from 'vitest'
import { readCertificate } from './certificate.ts'
import { namesOcspResponder } from './extensions.ts'
import { testSigner } from './test/signers.ts'

test('a certificate that says where its revocation can be asked for is told from one that does not', async () => {
  const { signer } = await testSigner()
  const leaf = readCertificate(signer.chain[0] ?? new Uint8Array(0))
  if (!leaf) throw new Error('The leaf cannot be read')
  expect(namesOcspResponder(leaf)).toBe(false)
  // AuthorityInfoAccessSyntax with one description: the method, and the address "http://x" as a URI.
  const address = [0x86, 8, ...new TextEncoder().encode('http://x')]
  const withMethod = (method: number[]): boolean => {
    const description = [0x30, method.length + address.length, ...method, ...address]
    const value = Uint8Array.of(0x30, description.length, ...description)
    const extensions = new Map([['1.3.6.1.5.5.7.1.1', { critical: false, value }]])
    return namesOcspResponder({ ...leaf, extensions })
  }
  expect(withMethod([0x06, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 1])).toBe(true)
  // Where the issuer's certificate is, which is not asked here either.
  expect(withMethod([0x06, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 2])).toBe(false)
})
