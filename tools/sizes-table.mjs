/**
 * How large what users import may become, and which words must not appear in it. A word that leaks says which import
 * grew: a bundle of the sealing core that names a provider has pulled in the streaming package.
 */

const providers = ['openai', 'anthropic', 'gemini', 'ollama', 'mistral', 'litellm']
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
    maxGzipBytes: 60_000,
    forbidden: [...providers, ...nodeBuiltins, 'encypher-ai'],
  },
  {
    name: '@streamseal/seal { verify }',
    code: "export { verify } from '@streamseal/seal'",
    platform: 'browser',
    maxGzipBytes: 40_000,
    forbidden: [...providers, ...nodeBuiltins, 'encypher-ai'],
  },
  {
    name: '@streamseal/seal { strip }',
    code: "export { strip } from '@streamseal/seal'",
    platform: 'browser',
    maxGzipBytes: 20_000,
    forbidden: [...providers, ...nodeBuiltins, 'ed25519'],
  },
  {
    name: '@streamseal/seal/encypher',
    code: "export * from '@streamseal/seal/encypher'",
    platform: 'browser',
    maxGzipBytes: 60_000,
    forbidden: [...providers, ...nodeBuiltins],
  },
  {
    name: '@streamseal/stream/client',
    code: "export * from '@streamseal/stream/client'",
    platform: 'browser',
    maxGzipBytes: 8_000,
    forbidden: [...providers, ...nodeBuiltins],
  },
  {
    name: '@streamseal/stream { generate, sseResponse }',
    code: "export { generate, sseResponse } from '@streamseal/stream'",
    platform: 'node',
    maxGzipBytes: 60_000,
    forbidden: [...providers, 'fastify'],
  },
]
