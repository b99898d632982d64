/**
 * Who may import whom. A row is a layer: the files that belong to it, and the layers that they may use. A layer may
 * always use its own files, and nothing that no row allows. Tests may use anything of their own package.
 */

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} files Regular expression on the path from the root; of several that match, the last row counts.
 * @property {string[]} uses Names of layers.
 * @property {string} [strangers] Regular expression whose first group names a member; members do not import each other.
 */

/** @type {Layer[]} */
export const layers = [
  { name: 'seal', files: '^packages/seal/src/', uses: [] },
  { name: 'seal/encypher', files: '^packages/seal/src/encypher/', uses: ['seal'] },

  { name: 'c2pa', files: '^packages/c2pa/src/', uses: ['seal'] },

  { name: 'stream', files: '^packages/stream/src/', uses: ['seal', 'stream/contract'] },
  {
    name: 'stream/providers',
    files: '^packages/stream/src/providers/',
    uses: ['stream', 'stream/contract'],
    strangers: '^packages/stream/src/providers/([^/.]+)',
  },
  {
    name: 'stream/deliveries',
    files: '^packages/stream/src/deliveries/',
    uses: ['seal', 'stream', 'stream/contract'],
    strangers: '^packages/stream/src/deliveries/([^/.]+)',
  },
  { name: 'stream/contract', files: '^packages/stream/src/(contract|stream-error)\\.ts$', uses: [] },

  {
    name: 'gateway',
    files: '^packages/gateway/src/',
    uses: ['seal', 'c2pa', 'stream', 'stream/contract', 'stream/providers', 'stream/deliveries'],
  },

  { name: 'web', files: '^apps/web/', uses: ['seal', 'c2pa'] },
]
