/**
 * How large what users import may become, and which words must not appear in it. A word that leaks says which import
 * grew: a sealing core that says `/chat/completions` has pulled in the streaming package.
 */

// What only a provider's code says.
const providers = [
  '/chat/completions',
  'x-api-key',
  'anthropic-version',
  'generativelanguage',
  'gpt-',
  'claude',
  'gemini',
  'litellm',
]
// The core knows no provider, not even by name. (Meta is left out: it is in too many words.)
const providerNames = [
  ...providers,
  'openai',
  'anthropic',
  'mistral',
  'deepseek',
  'groq',
  'ollama',
  'cohere',
  'openrouter',
  'huggingface',
  'bedrock',
  'amazon',
  'azure',
  'google',
  'alibaba',
  'qwen',
]
// What only sealing, sanitising and fetched key sets say.
const sealingOnly = ['SIGNER_TIMEOUT', 'KEYS_UNAVAILABLE', 'Cannot generate keys', 'private key signs']
const nodeBuiltins = ['node:', 'require(']

/**
 * @typedef {object} Bundle
 * @property {string} name
 * @property {string} code The program that is bundled.
 * @property {'browser' | 'node'} platform
 * @property {number} maxGzipBytes Ceiling of what loads with the import, minified and compressed.
 * @property {number} [maxWholeGzipBytes] Ceiling of that and of everything that is loaded only when it is needed.
 * @property {string[]} forbidden Words that the bundle must not contain, whatever their case.
 */

/** @type {Bundle[]} */
export const bundles = [
  {
    name: '@streamseal/seal',
    code: "export * from '@streamseal/seal'",
    platform: 'browser',
    // 10 KB of it are the registered variants of ideographs, which only `sanitize` loads.
    maxGzipBytes: 64_000,
    forbidden: [...providerNames, ...nodeBuiltins, 'encypher-ai'],
  },
  {
    name: '@streamseal/seal { sanitize }',
    code: "export { sanitize } from '@streamseal/seal'",
    platform: 'browser',
    maxGzipBytes: 18_000,
    forbidden: [...providerNames, ...nodeBuiltins, 'ed25519'],
  },
  {
    name: '@streamseal/seal { verify, trustList }',
    code: "export { verify, trustList } from '@streamseal/seal'",
    platform: 'browser',
    maxGzipBytes: 20_000,
    maxWholeGzipBytes: 38_000,
    forbidden: [...providerNames, ...nodeBuiltins, 'encypher-ai', ...sealingOnly],
  },
  {
    name: '@streamseal/seal { strip }',
    code: "export { strip } from '@streamseal/seal'",
    platform: 'browser',
    maxGzipBytes: 4_000,
    forbidden: [...providerNames, ...nodeBuiltins, 'ed25519'],
  },
  {
    name: '@streamseal/seal/encypher',
    code: "export * from '@streamseal/seal/encypher'",
    platform: 'browser',
    maxGzipBytes: 72_000,
    forbidden: [...providerNames, ...nodeBuiltins],
  },
  {
    name: '@streamseal/stream/client',
    code: "export * from '@streamseal/stream/client'",
    platform: 'browser',
    maxGzipBytes: 5_000,
    // How sockets are read loads when one is opened.
    maxWholeGzipBytes: 5_700,
    forbidden: [...providers, ...nodeBuiltins],
  },
  {
    name: '@streamseal/stream/client { queryStream }',
    code: "export { queryStream } from '@streamseal/stream/client'",
    platform: 'browser',
    maxGzipBytes: 3_200,
    forbidden: [...providers, ...nodeBuiltins],
  },
  {
    name: '@streamseal/stream/client { streamParts, watchAnswer }',
    code: "export { streamParts, watchAnswer } from '@streamseal/stream/client'",
    platform: 'browser',
    maxGzipBytes: 4_700,
    maxWholeGzipBytes: 5_400,
    forbidden: [...providers, ...nodeBuiltins],
  },
  {
    name: '@streamseal/stream/client/chat-transport',
    code: "export * from '@streamseal/stream/client/chat-transport'",
    platform: 'browser',
    maxGzipBytes: 2_300,
    forbidden: [...providers, ...nodeBuiltins],
  },
  {
    name: '@streamseal/stream { generate }',
    code: "export { generate } from '@streamseal/stream'",
    platform: 'node',
    // 15 KB of it sanitise prompts.
    maxGzipBytes: 54_000,
    forbidden: [...providers, 'fastify'],
  },
  {
    name: '@streamseal/stream/sse { sseResponse }',
    code: "export { sseResponse } from '@streamseal/stream/sse'",
    platform: 'node',
    maxGzipBytes: 3_000,
    forbidden: [...providers, 'fastify', 'ed25519'],
  },
]
