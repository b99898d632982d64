/**
 * The ingredients of a manifest, and theirs (C2PA 2.4 clause 15.11): each manifest that the store holds of one is judged
 * like the active one, but for its hard binding, whose asset is not at hand. Bounded in depth and number, hostile loops included.
 */
import { boxDigest } from './box-digest.ts'
import { equalBytes } from './bytes.ts'
import { asBytes, asList, asMap, asText, type CborMap } from './cbor.ts'
import { checkClaim } from './check-claim.ts'
import { checkSignature, type SignerReport } from './check-signature.ts'
import { isHashAlgorithm } from './digests.ts'
import type { SuperBox } from './jumbf.ts'
import { absoluteAssertionUri, locate, signatureUri } from './jumbf-uris.ts'
import { isIngredient } from './linked-assertions.ts'
import { isManifest, type ReadAssertion, type ReadManifest, readOther } from './read-manifest.ts'
import { recordedFailures } from './recorded-failures.ts'
import type { IngredientReport, ManifestSummary } from './report.ts'
import { resolveBox } from './resolve-box.ts'
import { inBuckets, stateOf } from './states.ts'
import { type Finding, finding, kindOf } from './status-codes.ts'
import { summarize } from './summarize.ts'
import type { TrustList } from './trust-list.ts'

/** How far ingredients are followed: deeper, or more manifests or more ingredients than this, and the manifest is refused. */
export const MAX_INGREDIENT_DEPTH = 8
const MAX_MANIFESTS = 64
const MAX_INGREDIENTS = 1024

/** What the checks of all ingredients answer. */
export interface CheckedIngredients {
  reports: IngredientReport[]
  /** What is to be said of the manifest that names them. */
  findings: Finding[]
}

/** Checks the ingredients of the active manifest. `time`, in milliseconds, is when they can last have been signed. */
export async function checkIngredients(
  active: ReadManifest,
  trust: TrustList | undefined,
  time: number,
): Promise<CheckedIngredients> {
  const walk = new IngredientWalk(active, trust)
  const nodes = await walk.follow(active, { depth: 0, time, recorded: new Set() })
  const findings = [...nodes.flatMap(node => node.link), ...nodes.flatMap(countedFaults)]
  return {
    reports: nodes.map(node => node.report),
    findings: walk.isExhausted
      ? [...findings, finding('general.error', 'It has more ingredients than are followed.')]
      : findings,
  }
}

/** A manifest of the store, judged by itself. */
interface Judgement {
  findings: Finding[]
  summary?: ManifestSummary
  signer?: SignerReport | undefined
}

/** An ingredient with what it says: `link` of how it is named, `faults` of what counts against whoever names it. */
interface Node {
  report: IngredientReport
  link: Finding[]
  faults: Finding[]
  below: Node[]
}

interface Step {
  depth: number
  time: number
  /** The failures that the manifests above state to have found when they took the ingredient in. */
  recorded: ReadonlySet<string>
}

class IngredientWalk {
  isExhausted = false
  readonly #active: ReadManifest
  readonly #trust: TrustList | undefined
  readonly #read = new Map<string, ReadManifest | Finding>()
  readonly #judged = new Map<string, Judgement>()
  readonly #redacted: ReadonlySet<string>
  /** The manifests out of which something was taken. */
  readonly #redactedIn: ReadonlySet<string>
  #left = MAX_INGREDIENTS

  constructor(active: ReadManifest, trust: TrustList | undefined) {
    this.#active = active
    this.#trust = trust
    this.#redacted = this.#redactions()
    this.#redactedIn = new Set([...this.#redacted].flatMap(uri => locate(uri, '')?.manifest ?? []))
  }

  async follow(manifest: ReadManifest, step: Step): Promise<Node[]> {
    const ingredients = ingredientsOf(manifest, this.#redacted)
    if (ingredients.length === 0) return []
    if (step.depth >= MAX_INGREDIENT_DEPTH) this.isExhausted = true
    const nodes: Node[] = []
    for (const ingredient of ingredients) {
      if (this.#left-- <= 0) this.isExhausted = true
      if (this.isExhausted) return nodes
      nodes.push(await this.#node(manifest, ingredient, step))
    }
    return nodes
  }

  async #node(parent: ReadManifest, { label, data }: ReadAssertion, step: Step): Promise<Node> {
    const map = asMap(data) ?? new Map<unknown, unknown>()
    const url = absoluteAssertionUri(parent.label, label)
    const box = manifestOf(map, parent)
    const link = [...shapeFindings(label, map, url), ...(await this.#linkFindings(map, parent, url, box))]
    const own = recordedFailures(map)
    const recorded = new Set([...step.recorded, ...own])
    const target = box && this.#manifest(box)
    const judgement = target && (await this.#judge(target, step.time))
    const findings = [...link, ...(judgement?.findings ?? [])]
    const time = timeOf(judgement, step.time)
    const below =
      target && isManifest(target) ? await this.follow(target, { depth: step.depth + 1, time, recorded }) : []
    const faults = [
      // A manifest that is not the one that was named was not seen by whoever says to have judged it.
      ...link.filter(({ code }) => step.depth === 0 || !recorded.has(code)),
      ...(judgement?.findings ?? []).filter(({ code }) => !recorded.has(code)),
    ]
    const report = {
      ...described(map, url),
      ...verdictOf(box, judgement, findings, own),
      ...(own.length > 0 && { recorded: own }),
      ...inBuckets(findings),
      ingredients: below.map(each => each.report),
    }
    return { report, link, faults, below }
  }

  /** Clauses 15.11.3.3.1 and 15.11.3.3.2: by the hash of the signature where something was taken out, else of the manifest. */
  async #linkFindings(
    map: CborMap,
    parent: ReadManifest,
    url: string,
    box: SuperBox | undefined,
  ): Promise<Finding[]> {
    if (!named(map)) {
      const isInput = map.get('relationship') === 'inputTo'
      return isInput ? [] : [finding('ingredient.unknownProvenance', undefined, url)]
    }
    if (!box) return [finding('ingredient.manifest.missing', undefined, url)]
    if (!this.#redactedIn.has(box.label)) {
      const same = await isHashed(named(map), box, parent)
      return [
        finding(same ? 'ingredient.manifest.validated' : 'ingredient.manifest.mismatch', undefined, url),
      ]
    }
    const reference = asMap(map.get('claimSignature'))
    const signature = reference && resolveBox(parent, asText(reference.get('url')) ?? '')
    if (!signature || signature !== resolveBox(parent, signatureUri(box.label)))
      return [finding('ingredient.claimSignature.missing', undefined, url)]
    const same = await isHashed(reference, signature, parent)
    const code = same ? 'ingredient.claimSignature.validated' : 'ingredient.claimSignature.mismatch'
    return [finding(code, undefined, url)]
  }

  /** A manifest of the store, read once; `undefined` for one of a kind that cannot be judged here. */
  #manifest(box: SuperBox): ReadManifest | Finding | undefined {
    const known = this.#read.get(box.label)
    if (known) return known
    if (!canJudge(box)) return undefined
    if (this.#read.size >= MAX_MANIFESTS) {
      this.isExhausted = true
      return undefined
    }
    const read = readOther(box, this.#active.manifests)
    this.#read.set(box.label, read)
    return read
  }

  async #judge(manifest: ReadManifest | Finding, time: number): Promise<Judgement> {
    if (!isManifest(manifest)) return { findings: [manifest] }
    const known = this.#judged.get(manifest.label)
    if (known) return known
    const claim = await checkClaim(manifest, this.#redacted)
    const signature = await checkSignature(manifest, this.#trust, time)
    const judgement = {
      findings: [...claim.findings, ...signature.findings],
      summary: summarize(manifest),
      signer: signature.signer,
    }
    this.#judged.set(manifest.label, judgement)
    return judgement
  }

  /** Clause 15.11.3.3: everything that any claim of the lineage takes out of another manifest. */
  #redactions(): Set<string> {
    const redacted = new Set<string>()
    const seen = new Set<ReadManifest>()
    const queue = [this.#active]
    for (let manifest = queue.pop(); manifest && !this.isExhausted; manifest = queue.pop()) {
      if (seen.has(manifest)) continue
      seen.add(manifest)
      for (const uri of redactionsOf(manifest)) redacted.add(uri)
      for (const { data } of ingredientsOf(manifest, new Set())) {
        const box = manifestOf(asMap(data) ?? new Map(), manifest)
        const next = box && this.#manifest(box)
        if (next && isManifest(next)) queue.push(next)
      }
    }
    return redacted
  }
}

/** The assertions, from the store down, that a claim takes out of other manifests. */
function redactionsOf({ claim, label }: ReadManifest): string[] {
  const uris = asList(claim.get('redacted_assertions')) ?? []
  return uris.flatMap(uri => {
    const location = locate(asText(uri) ?? '', label)
    const [store, assertion, ...more] = location?.path ?? []
    if (!location || location.manifest === label || store !== 'c2pa.assertions') return []
    return assertion === undefined || more.length > 0
      ? []
      : [absoluteAssertionUri(location.manifest, assertion)]
  })
}

const ingredientsOf = ({ assertions, label }: ReadManifest, redacted: ReadonlySet<string>): ReadAssertion[] =>
  [...assertions.values()].filter(
    each => isIngredient(each.label) && !redacted.has(absoluteAssertionUri(label, each.label)),
  )

/** The reference to the ingredient's manifest, as version 3 or an older one has it. */
const named = (map: CborMap): CborMap | undefined =>
  asMap(map.get('activeManifest') ?? map.get('c2pa_manifest'))

function manifestOf(map: CborMap, parent: ReadManifest): SuperBox | undefined {
  const location = locate(asText(named(map)?.get('url')) ?? '', parent.label)
  return location?.path.length === 0 ? parent.manifests.get(location.manifest) : undefined
}

async function isHashed(
  reference: CborMap | undefined,
  box: SuperBox,
  { claim }: ReadManifest,
): Promise<boolean> {
  const algorithm = reference?.get('alg') ?? claim.get('alg')
  const expected = asBytes(reference?.get('hash'))
  if (!expected || !isHashAlgorithm(algorithm)) return false
  return equalBytes(await boxDigest(algorithm, box), expected)
}

/** Standard manifests and updates with a claim of version 2; older and compressed ones are matched by their hash alone. */
const canJudge = ({ kind, boxes }: SuperBox): boolean =>
  ['c2ma', 'c2md', 'c2um'].includes(kind) &&
  !boxes.some(each => each.kind === 'c2cl' && each.label === 'c2pa.claim')

const relationships: unknown[] = ['parentOf', 'inputTo', 'componentOf']

/** Clause 15.11.3.2, and the record that clause 15.11.3.3 asks of version 3. */
function shapeFindings(label: string, map: CborMap, url: string): Finding[] {
  const isThird = label.startsWith('c2pa.ingredient.v3')
  const faults = [
    !relationships.includes(map.get('relationship')) && 'It does not say what it is to the text.',
    map.has('activeManifest') &&
      map.has('digitalSourceType') &&
      'It has a manifest and states its source besides.',
    isThird &&
      map.has('activeManifest') &&
      !asMap(map.get('validationResults')) &&
      'Nobody says to have judged its manifest.',
  ]
  return faults.flatMap(why => (why ? [finding('assertion.ingredient.malformed', why, url)] : []))
}

function described(map: CborMap, url: string): Pick<IngredientReport, 'url' | 'title' | 'relationship'> {
  return {
    url,
    title: asText(map.get('dc:title')) ?? '',
    relationship: asText(map.get('relationship')) ?? '',
  }
}

function verdictOf(
  box: SuperBox | undefined,
  judgement: Judgement | undefined,
  findings: Finding[],
  recorded: string[],
): Pick<IngredientReport, 'state' | 'manifest' | 'unverified' | 'signer'> {
  // Whether the asset was the one that was signed, only those can say who had it.
  const isUnbound = recorded.some(code => ofBinding.test(code))
  const failed = isUnbound || findings.some(({ code }) => kindOf(code) === 'failure')
  if (!judgement) return { state: failed ? 'invalid' : box ? 'unjudged' : 'unmarked' }
  const state = isUnbound ? 'invalid' : stateOf(findings)
  const { summary, signer } = judgement
  return {
    state,
    ...(summary && (state === 'invalid' ? { unverified: summary } : { manifest: summary })),
    ...(signer && { signer }),
  }
}

const ofBinding = /^assertion\.(?:data|bmff|boxes|collection|multiAsset)Hash\./

/** Whoever signed at a trusted time had the ingredient by then. */
function timeOf(judgement: Judgement | undefined, time: number): number {
  const stamp = judgement?.signer?.timestamp
  return stamp?.trusted ? Math.min(time, Date.parse(stamp.time)) : time
}

/** That an ingredient's signer is not known, or was so only once, is said of the ingredient and of nobody else. */
const ofSigner: string[] = [
  'signingCredential.untrusted',
  'signingCredential.expired',
  'claimSignature.outsideValidity',
]

function countedFaults({ report, faults, below }: Node): Finding[] {
  const counted = faults.filter(({ code }) => kindOf(code) === 'failure' && !ofSigner.includes(code))
  return [
    ...counted.map(({ code, explanation }) => ({
      code,
      url: report.url,
      explanation: `Of an ingredient: ${explanation}`,
    })),
    ...below.flatMap(countedFaults),
  ]
}
