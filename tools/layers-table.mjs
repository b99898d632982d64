/**
 * Who may import whom. A row is a layer: the files that belong to it, and the layers that they may use. A layer may
 * always use its own files, and nothing that no row allows. Tests may use anything of their own package.
 */

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} files Regular expression on the path from the root; of several that match, the last row counts.
 * @property {string[]} uses Names of layers; `stream/*` names every layer whose name begins with `stream/`.
 * @property {string} [strangers] Regular expression whose first group names a member; members do not import each other.
 */

/** @type {Layer[]} */
export const layers = [
  { name: 'seal', files: '^packages/seal/src/', uses: [] },
  { name: 'seal/encypher', files: '^packages/seal/src/encypher/', uses: ['seal'] },

  { name: 'c2pa', files: '^packages/c2pa/src/', uses: ['seal'] },

  // Stream's front: what users import, put together from the rest.
  { name: 'stream', files: '^packages/stream/src/', uses: ['seal', 'stream/*'] },
  { name: 'stream/client', files: '^packages/stream/src/client/', uses: ['stream/base'] },
  {
    name: 'stream/deliveries',
    files: '^packages/stream/src/deliveries/',
    uses: ['stream/delivery-tools', 'stream/run', 'stream/base'],
    strangers: '^packages/stream/src/deliveries/(sse|text|webhook)[-.]',
  },
  {
    name: 'stream/delivery-tools',
    files:
      '^packages/stream/src/deliveries/(answer-events|deliver|deliverable|delivery-options|event-frames|frames|frame-reader|paced-parts|headers|id-line|streamseal-field|to-response|write-frames)\\.ts$',
    uses: ['stream/run', 'stream/base'],
  },
  {
    name: 'stream/webhooks',
    files: '^packages/stream/src/webhooks/',
    uses: ['stream/run', 'stream/sqlite', 'stream/base'],
  },
  // Deliveries that are more than a file: protocols, each a stranger to the others.
  {
    name: 'stream/wires',
    files: '^packages/stream/src/(ws|ndjson|ui-message|openai-wire|anthropic-wire)/',
    uses: ['stream/delivery-tools', 'stream/run', 'stream/base'],
    strangers: '^packages/stream/src/(ws|ndjson|ui-message|openai-wire|anthropic-wire)/',
  },
  // Declared tasks and chats stand on everything else of the package.
  { name: 'stream/declare', files: '^packages/stream/src/declare/', uses: ['seal', 'stream', 'stream/*'] },
  {
    name: 'stream/providers',
    files: '^packages/stream/src/((openai|azure-openai|anthropic|google)\\.ts$|demo(\\.ts$|/))',
    uses: ['stream/compatible', 'stream/protocols', 'stream/provider-tools', 'stream/base'],
    strangers: '^packages/stream/src/(openai|azure-openai|anthropic|google|demo)(\\.ts|/)',
  },
  {
    name: 'stream/compatible',
    files: '^packages/stream/src/openai-compatible\\.ts$',
    uses: ['stream/resilience', 'stream/protocols', 'stream/provider-tools', 'stream/base'],
  },
  {
    name: 'stream/protocols',
    files: '^packages/stream/src/(openai-chat|openai-responses|anthropic|google)/',
    uses: ['stream/provider-tools', 'stream/base'],
    strangers: '^packages/stream/src/(openai-chat|openai-responses|anthropic|google)/',
  },
  {
    name: 'stream/provider-tools',
    files:
      '^packages/stream/src/(http/|(bytes-to-parts|block-writer|tool-writer|tool-input|finish-part)\\.ts$)',
    uses: ['stream/base'],
  },
  // How a run is made: given a model as a value, it knows no provider and no delivery.
  {
    name: 'stream/run',
    files: '^packages/stream/src/((generate|price|prompt-hygiene)\\.ts$|run/)',
    uses: ['seal', 'stream/resilience', 'stream/base'],
  },
  // Runs that are kept: written by their producer, read through a store.
  {
    name: 'stream/runs',
    files: '^packages/stream/src/runs/',
    uses: ['stream/run', 'stream/resilience', 'stream/sqlite', 'stream/base'],
  },
  { name: 'stream/sqlite', files: '^packages/stream/src/sqlite/', uses: [] },
  { name: 'stream/resilience', files: '^packages/stream/src/resilience/', uses: ['stream/base'] },
  {
    name: 'stream/base',
    files:
      '^packages/stream/src/(abort-of|contract|stream-error|stream-id|defined|count|data-url|debug-log|extra-content|first-choice|growing-text|json-object|message-text|on-aborted|pause|sleep|timer|sse-events|sse-parser|read-fields|request-fields|without-addresses)\\.ts$',
    uses: [],
  },

  { name: 'gateway', files: '^packages/gateway/src/', uses: ['seal', 'c2pa', 'stream', 'stream/*'] },

  { name: 'web', files: '^apps/web/', uses: ['seal', 'c2pa', 'stream/client'] },
]
