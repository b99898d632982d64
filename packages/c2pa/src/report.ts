/** What `verifyText` says of a text: the shapes only, so that every caller can switch over them completely. */
import type { Content } from './check-binding.ts'
import type { SignerReport } from './check-signature.ts'
import type { Finding } from './status-codes.ts'

/** The standard's states of a manifest (C2PA 2.4 clause 14.3), and `unmarked` where there is none. `valid`: intact and signed, by someone whom the trust list does not know. */
export type C2paState = 'trusted' | 'valid' | 'invalid' | 'unmarked'

/** Where the manifest was found. */
export type FoundIn = 'wrapper' | 'structured' | 'html' | 'store' | 'given'

/** What a manifest says, in our words. */
export interface ManifestSummary {
  /** `urn:c2pa:` and a UUID. */
  id: string
  instanceId: string
  /** The software that made the manifest. */
  generator: string
  /** The actions, in order, with the last part of their digital source type. */
  actions: { action: string; when?: string; digitalSourceType?: string; softwareAgent?: string }[]
  /** The models that the disclosures name. */
  models: string[]
  /** The text's media type and title, as the metadata has them. */
  format?: string
  title?: string
  ingredients: { title: string; relationship: string; instanceId?: string }[]
  /** The ids of our seal's streams that the soft bindings name. */
  streamIds: string[]
  /** The labels of all its assertions. */
  assertions: string[]
}

/** What was found of one ingredient: how it is named, and its own manifest where the store holds it. */
export interface IngredientReport {
  /** The assertion that names it, from the store down. */
  url: string
  title: string
  /** `parentOf`, `inputTo` or `componentOf`. */
  relationship: string
  /**
   * As of a text's own manifest, but for the hard binding, whose asset is not at hand. `unmarked`: it comes without a
   * manifest. `unjudged`: its manifest is older than claims of version 2, or compressed, and only its hash was compared.
   */
  state: C2paState | 'unjudged'
  /** What its manifest says; see `C2paReport.manifest`. */
  manifest?: ManifestSummary
  unverified?: ManifestSummary
  signer?: SignerReport
  /** The failures that whoever took it in states to have seen then: these do not count against the manifest that names it. */
  recorded?: string[]
  success: Finding[]
  informational: Finding[]
  failure: Finding[]
  /** Its own ingredients. */
  ingredients: IngredientReport[]
}

/** The answer of `verifyText`, for any string. */
export interface C2paReport {
  state: C2paState
  /** One sentence for a reader. */
  summary: string
  foundIn?: FoundIn
  /** Whether the words are those that were signed, whatever became of the manifest; `unknown` where nothing says it. */
  content: Content
  /** The text without the manifest. */
  text: string
  /** What the manifest says. Only where the state is `trusted` it is said by someone known. */
  manifest?: ManifestSummary
  /** What an invalid manifest says: not to be shown as a fact. */
  unverified?: ManifestSummary
  /** Who signed, as the certificate says it; a fact only where the state is `trusted`. */
  signer?: SignerReport
  /** What the text was made from, each judged in turn; absent where the manifest names nothing. */
  ingredients?: IngredientReport[]
  success: Finding[]
  informational: Finding[]
  failure: Finding[]
}
