/** Makes the seals of answers and keeps what they leave: the one place that knows keys, claims and the store. */
import { type Claims, createSealer, type Ending, type Ingredient, type Sealer } from '@streamseal/seal'
import type { Run, SealOptions } from '@streamseal/stream'
import type { SealMode } from '../config/read-config.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { AnswerStore } from '../store/answer-store.ts'
import type { AnswerSeal, Closing } from './answer-seal.ts'
import { endingOf } from './endings.ts'
import { newStreamId } from './new-stream-id.ts'
import { RunTexts } from './run-texts.ts'
import { SaidNames } from './said-names.ts'
import { UnmarkedText } from './text-digest.ts'

/** What an answer's seal is to say. */
export interface SealRequest {
  readonly mode: Exclude<SealMode, 'off'>
  readonly provider: string
  readonly model: string
  readonly route: string
  /** `json` is sealed beside the text only. */
  readonly format?: 'markdown' | 'plain' | 'code' | 'json'
  /** The caller's own name for the request, among the sealed claims. */
  readonly requestId?: string
  /** Older seals in what the model was given. */
  readonly ingredients?: readonly Ingredient[]
}

/** Seals answers. */
export interface Sealing {
  /** Opens the seal of one answer. */
  open(request: SealRequest): AnswerSeal
  /** The options with which `generate` seals a run. */
  forRun(request: SealRequest): SealOptions
  /** Keeps the closings of a run that `forRun` seals, before a reader can have seen its last part. */
  keepRun(run: Run, request: SealRequest): void
}

/** What `createSealing` is told. */
export interface SealingOptions {
  readonly keys: KeyRing
  readonly store: AnswerStore
  /** Who issues, and where a reader can verify. */
  readonly issuer: () => string
  readonly verifyUrl: () => string
  /** Called where a closing cannot be kept; the answer goes on. */
  readonly onError: (error: unknown) => void
}

/** Makes the sealing of a gateway. */
export function createSealing({ keys, store, issuer, verifyUrl, onError }: SealingOptions): Sealing {
  const claimsOf = ({ provider, model, requestId, ingredients = [] }: SealRequest): Claims => ({
    provider,
    model,
    issuer: issuer(),
    verifyUrl: verifyUrl(),
    ...sourceTypeOf(provider),
    ...(ingredients.length === 0 ? {} : { ingredients: [...ingredients] }),
    ...(requestId === undefined ? {} : { custom: { request_id: requestId } }),
  })
  const keep = (request: SealRequest, streamId: string, ending: string, { detached, digest }: Kept): void => {
    const { provider, model, route, requestId } = request
    const answer = { streamId, provider, model, route, ending, keyId: keys.signer.keyId }
    try {
      store.keep({
        ...answer,
        issuedAt: new Date().toISOString(),
        ...(detached === undefined ? {} : { detached }),
        ...(requestId === undefined ? {} : { requestId }),
        ...(detached === undefined || digest === undefined ? {} : { textDigest: digest }),
      })
    } catch (error) {
      onError(error)
    }
  }
  const names = new SaidNames()
  return {
    open: request =>
      openSeal(
        (streamId, model) => {
          const { mode: profile, format = 'markdown' } = request
          return createSealer({
            signer: keys.signer,
            claims: { ...claimsOf(request), model },
            profile,
            format,
            streamId,
          })
        },
        { asked: request.model, names },
        (streamId, model, ending, kept) => keep({ ...request, model }, streamId, ending, kept),
      ),
    forRun(request) {
      // The model is left out: a run states the name that the provider reports.
      const { model: _asked, ...claims } = claimsOf(request)
      return { signer: keys.signer, claims, profile: request.mode, format: request.format ?? 'markdown' }
    },
    keepRun(run, request) {
      const keepAll = async (): Promise<void> => {
        const { seals, model, ending } = await endOf(run)
        for (const { streamId, ...kept } of seals) keep({ ...request, model }, streamId, ending, kept)
      }
      keepAll().catch(onError)
    },
  }
}

/** What the built-in model plays back was written by people; everything else comes from a trained model, which is the seal's default. */
function sourceTypeOf(provider: string): Pick<Claims, 'digitalSourceType'> {
  return provider === 'demo' ? { digitalSourceType: 'digitalCreation' } : {}
}

/** Longer names are no names: claims have a bound. */
const maxModelLength = 256

type MakeSealer = (streamId: string, model: string) => Sealer
type Keep = (streamId: string, model: string, ending: Ending, kept: Kept) => void

/** What a seal leaves beside the text, and, where no mark stands in it, what it is found by. */
interface Kept {
  readonly detached?: string | undefined
  readonly digest: string | undefined
}

interface Naming {
  readonly asked: string
  readonly names: SaidNames
}

/** The sealer states how the provider names its model. It is made before that, while the provider is waited for, with the name that was said last; where another is said, it is made anew. */
function openSeal(make: MakeSealer, { asked, names }: Naming, keep: Keep): AnswerSeal {
  const streamId = newStreamId()
  const expected = names.expect(asked)
  let early: Sealer | undefined
  let model: string | undefined
  let sealer: Sealer | undefined
  let outcome: Promise<Closing> | undefined
  const unmarked = new UnmarkedText()
  const sealerOf = (): Sealer => {
    const name = model ?? asked
    sealer ??= name === expected ? (early ?? make(streamId, name)) : make(streamId, name)
    early = undefined
    return sealer
  }
  setImmediate(() => {
    try {
      if (sealer === undefined) early = make(streamId, expected)
    } catch {
      // What cannot be made is told with the first text.
    }
  })
  const finish = async (ending: Ending, beside: boolean): Promise<Closing> => {
    const closing = await sealerOf().finish(ending, { beside })
    unmarked.feed('', closing.text)
    keep(streamId, model ?? asked, ending, { detached: closing.detached, digest: unmarked.digest() })
    return closing
  }
  return {
    streamId,
    named(name) {
      if (name === '' || name.length > maxModelLength || model !== undefined) return
      model = name
      names.learn(asked, name)
    },
    feed(text) {
      const sent = sealerOf().feed(text)
      unmarked.feed(text, sent)
      return sent
    },
    finish(ending, { beside = false } = {}) {
      outcome ??= finish(ending, beside)
      return outcome
    },
  }
}

interface RunEnd {
  readonly model: string
  readonly seals: readonly (Kept & { readonly streamId: string })[]
  readonly ending: Ending
}

/** Reads a run to its end as a reader of its own; closings are known one part before the last. */
async function endOf(run: Run): Promise<RunEnd> {
  const seals: RunEnd['seals'][number][] = []
  const texts = new RunTexts()
  let model = run.modelId
  let ending: Ending = 'failed'
  for await (const part of run.parts) {
    if (part.type === 'start') model = part.model
    if (part.type === 'seal') seals.push({ ...part, digest: texts.digest(part.choice) })
    texts.take(part)
    if (part.type === 'finish') ending = endingOf(part.reason)
  }
  return { model, seals, ending }
}
