/** What an issuer states about a text, in our words; `assertions.ts` says it in those of C2PA. */
import { C2paError } from './c2pa-error.ts'

/** Something that the text was made from. */
export interface C2paIngredient {
  /** What it is, for a reader. */
  title: string
  /** `parentOf`: the text is an edit of it (one at most). `inputTo`: it was given to the model. `componentOf`: it is part of the text. */
  relationship: 'parentOf' | 'inputTo' | 'componentOf'
  /** Its media type. */
  format?: string
  /** What names it, such as the stream id of its seal. */
  instanceId?: string
}

/** What `signText` and `createTextSigner` state. Nothing personal is in it unless the caller puts it there. */
export interface C2paClaims {
  /** The model or models that wrote the text. */
  model?: string | readonly string[]
  /** Who provides the model; named as the software that acted. */
  provider?: string
  /** The software that writes the manifest; default: Streamseal. */
  generator?: { name: string; version?: string }
  /** When the text was made, in ISO 8601 with an offset; default: now. */
  createdAt?: string
  /** The IPTC digital source type, its last part or the whole URI; default `trainedAlgorithmicMedia`. */
  digitalSourceType?: string
  /** The text's media type; default: as it is carried. */
  format?: string
  title?: string
  /** How far a person oversaw it, as `c2pa.ai-disclosure` has it, such as `humanValidated`. Left out where nobody knows. */
  humanOversightLevel?: string
  ingredients?: readonly C2paIngredient[]
}

/** An assertion of the caller's own: CBOR under a label that is not the standard's. */
export interface CustomAssertion {
  /** A reverse domain name, such as `com.example.review`. */
  label: string
  data: Record<string, unknown>
}

const label = /^(?!c2pa\.)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+$/
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** Throws `C2paError` (`INVALID_CLAIMS`) where something cannot be stated. */
export function checkClaims(claims: C2paClaims, custom: readonly CustomAssertion[]): void {
  const { createdAt, ingredients = [] } = claims
  if (createdAt !== undefined && !(dateTime.test(createdAt) && Number.isFinite(Date.parse(createdAt)))) {
    refuse(`state the time "${createdAt}": it must be an ISO 8601 time with an offset`)
  }
  if (ingredients.filter(each => each.relationship === 'parentOf').length > 1) {
    refuse('state two ingredients of which the text is an edit')
  }
  const labels = custom.map(each => each.label)
  for (const each of labels) {
    if (!label.test(each)) refuse(`add the assertion "${each}": its label must be a reverse domain name`)
  }
  if (new Set(labels).size < labels.length) refuse('add two assertions with the same label')
}

function refuse(what: string): never {
  throw new C2paError(`Cannot ${what}`, { code: 'INVALID_CLAIMS' })
}
