/**
 * The Encypher port on 100 KB of text. The baseline copies the text once, as UTF-8. `interop/encypher/speed.mjs` sets the same work beside the Python package's.
 */
import { StreamingHandler, UnicodeMetadata } from '@streamseal/seal/encypher'
import type { Benchmark } from './harness.ts'

const text = 'Lorem ipsum dolor sit amet, consectetur adipiscing elit. '.repeat(1800)
const metadata = { model_id: 'gpt-4', timestamp: 1711843200 }
const hmacSecretKey = 'your-secret-key'
const utf8 = new TextEncoder()
const marked = UnicodeMetadata.embedMetadata({ text, metadata, hmacSecretKey })
const tokens = text.match(/\S+\s*/g) ?? []

export const benchmark: Benchmark = {
  what: 'embeds in, verifies and streams 100 KB of text (default, HMAC)',
  baseline: { name: 'encode as UTF-8', run: () => utf8.encode(text) },
  candidates: [
    {
      name: 'embedMetadata',
      ratio: 1,
      run: () => UnicodeMetadata.embedMetadata({ text, metadata, hmacSecretKey }),
    },
    {
      name: 'verifyMetadata',
      ratio: 10,
      run: () => UnicodeMetadata.verifyMetadata(marked, { hmacSecretKey }),
    },
    {
      name: 'StreamingHandler, 14,400 tokens',
      ratio: 40,
      run: () => {
        const handler = new StreamingHandler({ metadata, hmacSecretKey })
        for (const token of tokens) handler.processChunk(token)
        return handler.hasEncoded
      },
    },
  ],
}
