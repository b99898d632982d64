/** Looking at a manifest without judging it. */
import type { Bytes } from './bytes.ts'
import { asMap } from './cbor.ts'
import { type FoundManifest, findManifest, type TextCarrier } from './find-manifest.ts'
import { isManifest, readManifest } from './read-manifest.ts'
import type { ManifestSummary } from './report.ts'
import type { Finding } from './status-codes.ts'
import { summarize } from './summarize.ts'

/** What `inspectText` takes. */
export interface InspectTextOptions {
  /** How the text carries its manifest; default `wrapper`, as unstructured text does. */
  carrier?: TextCarrier
  /** The manifest, where it is at hand beside the text: then the text is not looked at. */
  manifest?: Bytes
}

/** What `inspectText` found. */
export interface C2paInspection {
  /** Why the manifest cannot be read, if it cannot. */
  fault?: Finding
  /** What it says; nothing of it has been checked. */
  unverified?: ManifestSummary
  /** The size of the manifest store, in bytes. */
  manifestBytes?: number
  /** Every assertion whose contents could be read, as plain data. */
  assertions?: Record<string, unknown>
}

/**
 * What a text's manifest says, without checking any of it; `undefined` where there is none.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createC2paSigner, createDevelopmentChain, inspectText, signText } from '@streamseal/c2pa'
 *
 * const { privateKey, chain } = await createDevelopmentChain()
 * const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
 * const { text } = await signText('Hello', { signer, claims: { model: 'demo' } })
 * assert.deepEqual(inspectText(text)?.unverified?.models, ['demo'])
 * assert.equal(inspectText('Hello'), undefined)
 * ```
 */
export function inspectText(text: string, options: InspectTextOptions = {}): C2paInspection | undefined {
  const { carrier = 'wrapper', manifest: given } = options
  const found: Pick<FoundManifest, 'store' | 'fault'> | undefined = given
    ? { store: given }
    : findManifest(text, carrier, MAX_MANIFEST_BYTES)
  if (!found) return undefined
  if (!found.store) return found.fault ? { fault: found.fault } : {}
  return inspectManifest(found.store)
}

function inspectManifest(store: Bytes): C2paInspection {
  const manifest = readManifest(store)
  if (!isManifest(manifest)) return { fault: manifest, manifestBytes: store.length }
  const assertions = [...manifest.assertions.values()].map(({ label, data }) => [label, toPlain(data)])
  return {
    unverified: summarize(manifest),
    manifestBytes: store.length,
    assertions: Object.fromEntries(assertions),
  }
}

const MAX_MANIFEST_BYTES = 2_097_152

/** Maps become objects, byte strings hexadecimal, so that JSON can show them. */
function toPlain(value: unknown): unknown {
  if (value instanceof Uint8Array)
    return { hex: [...value].map(byte => byte.toString(16).padStart(2, '0')).join('') }
  if (Array.isArray(value)) return value.map(toPlain)
  if (typeof value === 'bigint') return String(value)
  const map = asMap(value)
  return map ? Object.fromEntries([...map].map(([key, each]) => [String(key), toPlain(each)])) : value
}
