/** Whether the providers of models can be reached, take the key, and answer; and whether this machine's clock agrees with theirs. */
import { generate } from '@streamseal/stream'
import type { Config } from '../config/read-config.ts'
import type { ModelSource } from '../models/model-route.ts'
import { createModelTable } from '../models/model-table.ts'
import { findSources } from '../models/sources.ts'
import { type Finding, failed, look, ok, reasonOf, skipped, warning } from './finding.ts'

/** What is asked of the upstreams. */
export interface UpstreamOptions {
  /** Asks the default model for one short answer, which a provider bills. */
  readonly ask: boolean
}

/** Every source of models that is configured. */
export async function checkUpstreams(config: Config, { ask }: UpstreamOptions): Promise<Finding[]> {
  const sources = await findSources(config)
  const listed = await Promise.all(sources.map(checkSource))
  const answer = ask
    ? await checkAnswer(config, sources)
    : skipped('answer', 'no model was asked: --ask asks one, which its provider bills')
  return [...listed, answer]
}

function checkSource(source: ModelSource): Promise<Finding> {
  const name = `upstream ${source.provider}`
  return look(name, async () => {
    const startedAt = performance.now()
    try {
      const models = await source.list()
      const after = `${Math.round(performance.now() - startedAt)} ms`
      return ok(name, `lists ${models.length} models in ${after}: ${source.description}`)
    } catch (error) {
      return refusalOf(name, source, error)
    }
  })
}

function refusalOf(name: string, source: ModelSource, error: unknown): Finding {
  const { code } = Object(error) as { code?: unknown }
  if (code !== 'AUTHENTICATION_FAILED')
    return failed(name, reasonOf(error), 'check its base URL and the way there')
  if (source.upstream?.apiKey === undefined && source.upstream !== undefined)
    return warning(name, 'answers, and wants a key', 'clients must send their own')
  return failed(name, 'refuses the key', 'check the key in the environment or the file')
}

function checkAnswer(config: Config, sources: readonly ModelSource[]): Promise<Finding> {
  return look('answer', async () => {
    const table = createModelTable(sources, config.model, config.models)
    const route = await table.findDefault()
    const startedAt = performance.now()
    const run = generate(route.toModel(), {
      prompt: 'Say "yes".',
      maxOutputTokens: 16,
      timeouts: { firstTokenMs: 30_000, totalMs: 60_000 },
    })
    for await (const _delta of run.text) break
    const first = Math.round(performance.now() - startedAt)
    run.cancel()
    return ok('answer', `"${route.model}" of "${route.provider}" begins after ${first} ms`)
  })
}

/** Seals carry times: a clock that is further off than this, in seconds, deserves a look. */
const tolerableSeconds = 5

/** Holds this machine's clock against the `Date` of a provider's answer (RFC 9110 §6.6.1). */
export async function checkClock(config: Config, now: () => number = Date.now): Promise<Finding> {
  const url = [config.openai, config.anthropic, ...config.providers].find(
    provider => provider !== undefined,
  )?.baseUrl
  if (url === undefined) return skipped('clock', 'no provider is configured to compare with')
  return look('clock', async () => {
    const before = now()
    const response = await fetch(url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(5000),
    })
    const date = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(date)) return skipped('clock', `${new URL(url).host} does not say the time`)
    // The header has whole seconds: half a second is added, and the way there and back is halved.
    const seconds = ((before + now()) / 2 - (date + 500)) / 1000
    const words = `${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'behind' : 'ahead of'} ${new URL(url).host}`
    return Math.abs(seconds) <= tolerableSeconds
      ? ok('clock', words)
      : warning('clock', words, 'set it by NTP: seals carry times')
  })
}
