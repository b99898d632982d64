/** What tokens cost, from a maintained price table; unknown stays unknown. */
import type { Usage } from './contract.ts'

/** The caller's own prices of a model, in US dollars a million tokens. */
export interface ModelPrice {
  input: number
  output: number
  /** Default: as `input`. */
  cachedInput?: number
  /** Default: as `input`. */
  cacheWriteInput?: number
}

/** Prices by model, or by `provider/model`; they win over the table. */
export type Prices = Readonly<Record<string, ModelPrice>>

type PriceTable = typeof import('@pydantic/genai-prices')

// Our names of providers in the table's; a provider that is not here has no public prices.
const providerIds: Readonly<Record<string, string>> = {
  openai: 'openai',
  'azure-openai': 'azure',
  anthropic: 'anthropic',
  google: 'google',
  groq: 'groq',
  deepseek: 'deepseek',
  mistral: 'mistral',
  xai: 'x-ai',
  together: 'together',
  openrouter: 'openrouter',
}

let table: PriceTable | undefined

/** Loads the table, once; until then only the caller's own prices are known. */
export async function loadPrices(provider: string): Promise<void> {
  if (table !== undefined || !Object.hasOwn(providerIds, provider)) return
  try {
    table = await import('@pydantic/genai-prices')
  } catch {
    // Without the table a cost is unknown, and the answer is as good.
  }
}

/** US dollars, or `undefined` where the price or the usage is not known. */
export function costUsd(
  provider: string,
  model: string,
  usage: Usage | undefined,
  prices: Prices = {},
): number | undefined {
  if (usage?.inputTokens === undefined || usage.outputTokens === undefined) return undefined
  const own = prices[`${provider}/${model}`] ?? prices[model]
  return own === undefined ? tableCost(provider, model, usage) : ownCost(own, usage)
}

function ownCost(price: ModelPrice, usage: Usage): number {
  const { inputTokens = 0, outputTokens = 0, cachedInputTokens = 0, cacheWriteInputTokens = 0 } = usage
  const fresh = Math.max(0, inputTokens - cachedInputTokens - cacheWriteInputTokens)
  const input =
    fresh * price.input +
    cachedInputTokens * (price.cachedInput ?? price.input) +
    cacheWriteInputTokens * (price.cacheWriteInput ?? price.input)
  return (input + outputTokens * price.output) / 1e6
}

function tableCost(provider: string, model: string, usage: Usage): number | undefined {
  const providerId = Object.hasOwn(providerIds, provider) ? providerIds[provider] : undefined
  if (table === undefined || providerId === undefined) return undefined
  const { inputTokens = 0, outputTokens = 0, cachedInputTokens, cacheWriteInputTokens } = usage
  const counted = {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    ...(cachedInputTokens === undefined ? {} : { cache_read_tokens: cachedInputTokens }),
    ...(cacheWriteInputTokens === undefined ? {} : { cache_write_tokens: cacheWriteInputTokens }),
  }
  try {
    return table.calcPrice(counted, model, { providerId })?.total_price
  } catch {
    // The table refuses counts that cannot be, such as more cached than input.
    return undefined
  }
}
