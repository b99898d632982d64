/**
 * How large what users import may become, and which words must not appear in it. A word that leaks says which import
 * grew: a sealing core that says `/chat/completions` has pulled in the streaming package.
 */

// What only a provider's code says. Bare names would not do: the seal's dictionary of claims holds some.
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
const nodeBuiltins = ['node:', 'require(']

/**
 * @typedef {object} Bundle
 * @property {string} name
 * @property {string} code The program that is bundled.
 * @property {'browser' | 'node'} platform
 * @property {number} maxGzipBytes Ceiling, minified and compressed.
 * @property {string[]} forbidden Words that the bundle must not contain, whatever their case.
 */

/** @type {Bundle[]} */
export const bundles = [
  {
    name: '@streamseal/seal',
    code: "export * from '@streamseal/seal'",
    platform: 'browser',
    maxGzipBytes: 55_000,
    forbidden: [...providers, ...nodeBuiltins, 'encypher-ai'],
  },
  {
    name: '@streamseal/seal { verify }',
    code: "export { verify } from '@streamseal/seal'",
    platform: 'browser',
    maxGzipBytes: 43_000,
    forbidden: [...providers, ...nodeBuiltins, 'encypher-ai'],
  },
  {
    name: '@streamseal/seal { strip }',
    code: "export { strip } from '@streamseal/seal'",
    platform: 'browser',
    maxGzipBytes: 4_000,
    forbidden: [...providers, ...nodeBuiltins, 'ed25519'],
  },
  {
    name: '@streamseal/seal/encypher',
    code: "export * from '@streamseal/seal/encypher'",
    platform: 'browser',
    maxGzipBytes: 72_000,
    forbidden: [...providers, ...nodeBuiltins],
  },
  {
    name: '@streamseal/stream/client',
    code: "export * from '@streamseal/stream/client'",
    platform: 'browser',
    maxGzipBytes: 4_000,
    forbidden: [...providers, ...nodeBuiltins],
  },
  {
    name: '@streamseal/stream { generate }',
    code: "export { generate } from '@streamseal/stream'",
    platform: 'node',
    maxGzipBytes: 40_000,
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
