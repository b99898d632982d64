/** Verifying: any string in, a report out (C2PA 2.4 clause 15). Nothing is trusted without a trust list. */
import { inspect } from '@streamseal/seal'
import { STREAM_ID_ALGORITHM } from './assertions.ts'
import { type Bytes, fromHex } from './bytes.ts'
import { uncheckedAssertions } from './check-assertions.ts'
import { type Asset, type Content, checkBinding } from './check-binding.ts'
import { checkClaim } from './check-claim.ts'
import { checkIngredients } from './check-ingredients.ts'
import { type CheckedSignature, checkSignature } from './check-signature.ts'
import { digest } from './digests.ts'
import { bareAsset, type FoundManifest, findManifest, type TextCarrier } from './find-manifest.ts'
import type { ManifestStore } from './manifest-store.ts'
import { isManifest, type ReadManifest, readManifest } from './read-manifest.ts'
import type { C2paReport, C2paState, FoundIn } from './report.ts'
import { inBuckets, stateOf } from './states.ts'
import { type Finding, finding, kindOf } from './status-codes.ts'
import { summarize } from './summarize.ts'
import { type Now, toMs } from './time.ts'
import type { TrustList } from './trust-list.ts'

/** What `verifyText` takes. */
export interface VerifyTextOptions {
  /** Whom to trust; default: nobody, and no manifest is more than `valid`. */
  trust?: TrustList
  /** The time for the certificates of manifests without a trusted time-stamp; default: now. */
  now?: Now
  /** How the text carries its manifest; default `wrapper`, as unstructured text does. */
  carrier?: TextCarrier
  /** The manifest, where it is at hand beside the text. */
  manifest?: Bytes
  /** Where to look for the manifest of a text that carries none: by the text's hash, then by the ids of its seals. */
  store?: ManifestStore
  /** The ids of our seals to look for; default: those whose marks the text bears. */
  streamIds?: readonly string[]
  /** The longest text, in UTF-16 units; a longer one is reported `invalid`. Default 67,108,864. */
  maxTextLength?: number
  /** The largest manifest, in bytes; a larger one is reported as broken. Default 2,097,152. */
  maxManifestBytes?: number
}

const MAX_TEXT_LENGTH = 67_108_864
const MAX_MANIFEST_BYTES = 2_097_152
const MAX_LOOKUPS = 4

/**
 * Verifies the C2PA manifest of a text, strictly: the wrapper and its place, the text's hash, every assertion, the
 * signature over the claim as it stands, the certificates' profile and their way to a trusted authority. Rejects only
 * with what `options.store` rejects with, or `RangeError` for a time that is none.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createC2paSigner, createDevelopmentChain, signText, verifyText } from '@streamseal/c2pa'
 *
 * const { privateKey, chain } = await createDevelopmentChain()
 * const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
 * const { text } = await signText('Pay 100 euros.', { signer, claims: {} })
 * const report = await verifyText(text.replace('100', '900'))
 * assert.equal(report.state, 'invalid')
 * assert.equal(report.content, 'altered')
 * assert.deepEqual(report.failure.map(each => each.code), ['assertion.dataHash.mismatch', 'signingCredential.untrusted'])
 * ```
 */
export async function verifyText(text: string, options: VerifyTextOptions = {}): Promise<C2paReport> {
  const {
    maxTextLength = MAX_TEXT_LENGTH,
    maxManifestBytes = MAX_MANIFEST_BYTES,
    carrier = 'wrapper',
  } = options
  if (text.length > maxTextLength) {
    return refused('wrapper', text, finding('general.error', `The text is longer than ${maxTextLength}.`))
  }
  const found = findManifest(text, carrier, maxManifestBytes) ?? (await findBeside(text, options))
  if (!found) return unmarked(text)
  if (found.fault || !found.store || !found.asset) {
    return refused(found.foundIn, found.text, found.fault ?? finding('general.error'))
  }
  if (found.store.length > maxManifestBytes) {
    return refused(
      found.foundIn,
      found.text,
      finding('general.error', `The manifest has more than ${maxManifestBytes} bytes.`),
    )
  }
  const manifest = readManifest(found.store)
  if (!isManifest(manifest)) return refused(found.foundIn, found.text, manifest)
  return judge({ ...found, asset: found.asset }, manifest, options)
}

/** A manifest that the text does not carry: given, or looked up. */
async function findBeside(text: string, options: VerifyTextOptions): Promise<FoundManifest | undefined> {
  const beside = (foundIn: FoundIn, store: Bytes, asset: Asset): FoundManifest => ({
    foundIn,
    text,
    store,
    asset,
  })
  if (options.manifest) return beside('given', options.manifest, bareAsset(text))
  if (!options.store) return undefined
  const asset = bareAsset(text)
  const store = await lookUp(options.store, asset, options.streamIds ?? sealsIn(text))
  return store && beside('store', store, asset)
}

const sealsIn = (text: string): string[] => inspect(text).seals.map(({ streamId }) => streamId)

async function lookUp(
  store: ManifestStore,
  { covered }: Asset,
  streamIds: readonly string[],
): Promise<Bytes | undefined> {
  const byContent = covered ? await store.findByContent(await digest('sha256', covered), 1) : []
  if (byContent[0] !== undefined) return store.get(byContent[0])
  for (const streamId of streamIds.filter(each => /^[0-9a-f]{16}$/.test(each)).slice(0, MAX_LOOKUPS)) {
    const binding = { algorithm: STREAM_ID_ALGORITHM, value: fromHex(streamId) }
    const [id] = await store.findByBinding(binding, 1)
    if (id !== undefined) return store.get(id)
  }
  return undefined
}

async function judge(
  found: FoundManifest & { asset: Asset },
  manifest: ReadManifest,
  options: VerifyTextOptions,
): Promise<C2paReport> {
  const now = toMs(options.now ?? Date.now)
  const claim = await checkClaim(manifest)
  const binding = await checkBinding(manifest, claim.linked, found.asset)
  const signature = await checkSignature(manifest, options.trust, now)
  const ingredients = await checkIngredients(manifest, options.trust, signedBefore(signature, now))
  const findings = withoutRepeats([
    ...claim.findings,
    ...uncheckedAssertions(claim.linked),
    ...binding.findings,
    ...signature.findings,
    ...ingredients.findings,
  ])
  const state = stateOf(findings)
  const summary = summarize(manifest)
  return {
    state,
    summary: sentence(state, binding.content, findings),
    foundIn: found.foundIn,
    content: binding.content,
    text: found.text,
    ...(state === 'invalid' ? { unverified: summary } : { manifest: summary }),
    ...(signature.signer && { signer: signature.signer }),
    ...(ingredients.reports.length > 0 && { ingredients: ingredients.reports }),
    ...inBuckets(findings),
  }
}

/** When a manifest can last have been signed. */
function signedBefore({ signer }: CheckedSignature, now: number): number {
  const stamp = signer?.timestamp
  return stamp?.trusted ? Date.parse(stamp.time) : now
}

/** Two checks may say the same of the same thing. */
function withoutRepeats(findings: Finding[]): Finding[] {
  const seen = new Set<string>()
  return findings.filter(({ code, url = '' }) => {
    const key = `${code} ${url}`
    return !seen.has(key) && seen.add(key)
  })
}

function sentence(state: C2paState, content: Content, findings: Finding[]): string {
  switch (state) {
    case 'trusted':
      return `The text is as it was signed, by someone whom the trust list knows.${leftOut(findings)}`
    case 'valid':
      return `The text is as it was signed; the signer is not known to the trust list.${leftOut(findings)}`
    case 'unmarked':
      return 'The text carries no C2PA manifest. That says nothing about where it comes from.'
    case 'invalid': {
      const reason = findings.find(({ code }) => kindOf(code) === 'failure')?.explanation ?? ''
      const words = content === 'intact' ? ' The words are those that the manifest names.' : ''
      return `The C2PA manifest of the text does not hold. ${reason}${words}`
    }
  }
}

const leftOut = (findings: Finding[]): string =>
  findings.some(({ code }) => code === 'assertion.dataHash.additionalExclusionsPresent')
    ? ' But the signer left parts of it out, which anyone may have changed since.'
    : ''

function refused(foundIn: FoundIn, text: string, why: Finding): C2paReport {
  const summary = sentence('invalid', 'unknown', [why])
  return { state: 'invalid', summary, foundIn, content: 'unknown', text, ...inBuckets([why]) }
}

const unmarked = (text: string): C2paReport => ({
  state: 'unmarked',
  summary: sentence('unmarked', 'unknown', []),
  content: 'unknown',
  text,
  ...inBuckets([]),
})
