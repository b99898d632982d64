/** What the playground knows and does: one answer at a time, streamed from the gateway into signals. */
import { batch, type Signal, signal } from '@preact/signals'
import type { QueryOptions } from '@streamseal/stream/client'
import { announce } from '../shared/announcer.tsx'
import { keep, readKept } from '../shared/kept.ts'
import { type Answer, isUnderWay } from './answer.ts'
import { countVisible } from './count-visible.ts'
import { fetchModels, type ModelList } from './models.ts'
import { type AnswerStep, type StreamOutcome, streamAnswer } from './stream-answer.ts'

/** What the reader chose and what the gateway answered. */
export interface PlaygroundSignals {
  readonly prompt: Signal<string>
  readonly models: Signal<ModelList>
  /** The model chosen; the empty string is the gateway's default. */
  readonly model: Signal<string>
  readonly seal: Signal<boolean>
  readonly view: Signal<'rendered' | 'plain'>
  /** The gateway's key, where it asks for one; kept for this tab only. */
  readonly apiKey: Signal<string>
  readonly apiKeyWanted: Signal<boolean>
  readonly answer: Signal<Answer | undefined>
}

/** The playground's signals and actions. */
export interface PlaygroundState extends PlaygroundSignals {
  loadModels(): Promise<void>
  /** Asks the prompt; an answer under way is stopped first. */
  ask(): Promise<void>
  /** Ends the answer under way; what has arrived stays. */
  stop(): void
}

const apiKeyStorage = 'streamseal.api-key'

/** Creates the playground's state; nothing is asked until an action is called. */
export function createPlaygroundState(): PlaygroundState {
  const known = createSignals()
  let current: AbortController | undefined

  async function ask(): Promise<void> {
    const query = known.prompt.value.trim()
    if (query === '') return
    stop()
    const control = new AbortController()
    current = control
    keepApiKey(known)
    if (known.models.value.status === 'unauthorized') void loadModels(known)
    known.answer.value = asked(query, known)
    announce('Asked. Waiting for the answer.')
    const outcome = await streamAnswer(query, requestOf(known, control.signal), step => {
      if (current === control && !control.signal.aborted) take(known, step)
    })
    if (current === control) end(known, outcome)
  }

  function stop(): void {
    const answer = known.answer.value
    if (answer === undefined || !isUnderWay(answer)) return
    current?.abort()
    known.answer.value = { ...answer, status: 'stopped', endedAtMs: performance.now() }
    announce('Stopped. What has arrived stays.')
  }

  return { ...known, loadModels: () => loadModels(known), ask, stop }
}

function createSignals(): PlaygroundSignals {
  const kept = readKept('sessionStorage', apiKeyStorage) ?? ''
  return {
    prompt: signal(''),
    models: signal<ModelList>({ status: 'loading', names: [] }),
    model: signal(''),
    seal: signal(true),
    view: signal<'rendered' | 'plain'>('rendered'),
    apiKey: signal(kept),
    apiKeyWanted: signal(kept !== ''),
    answer: signal<Answer | undefined>(undefined),
  }
}

async function loadModels(known: PlaygroundSignals): Promise<void> {
  const list = await fetchModels(authorization(known))
  batch(() => {
    known.models.value = list
    if (list.status === 'unauthorized') known.apiKeyWanted.value = true
    if (!list.names.includes(known.model.value)) known.model.value = list.names[0] ?? ''
  })
}

function authorization({ apiKey }: PlaygroundSignals): Record<string, string> {
  return apiKey.value === '' ? {} : { authorization: `Bearer ${apiKey.value}` }
}

function keepApiKey({ apiKey }: PlaygroundSignals): void {
  keep('sessionStorage', apiKeyStorage, apiKey.value || undefined)
}

function requestOf(known: PlaygroundSignals, abort: AbortSignal): QueryOptions {
  return {
    signal: abort,
    headers: authorization(known),
    ...(known.seal.value ? {} : { seal: 'off' }),
    ...(known.model.value === '' ? {} : { model: known.model.value }),
  }
}

function asked(prompt: string, { model, seal }: PlaygroundSignals): Answer {
  return {
    prompt,
    model: model.value || undefined,
    status: 'waiting',
    text: '',
    visibleChars: 0,
    sealAsked: seal.value,
    startedAtMs: performance.now(),
  }
}

function take(known: PlaygroundSignals, step: AnswerStep): void {
  const answer = known.answer.value
  if (answer === undefined) return
  known.answer.value = { ...answer, ...(step.type === 'text' ? appended(answer, step.added) : step.change) }
}

function appended(answer: Answer, added: string): Partial<Answer> {
  return {
    text: answer.text + added,
    visibleChars: answer.visibleChars + countVisible(added),
    status: answer.status === 'waiting' ? 'streaming' : answer.status,
    firstTextAtMs: answer.firstTextAtMs ?? performance.now(),
  }
}

function end(known: PlaygroundSignals, outcome: StreamOutcome): void {
  if (outcome === 'unauthorized') known.apiKeyWanted.value = true
  if (outcome === 'complete') announce('The answer is complete.')
  if (outcome === 'failed') announce(`The answer failed: ${known.answer.value?.failure ?? ''}`)
}
