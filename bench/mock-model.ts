/** The AI SDK's own mock, which gives deltas of text that are decoded already, as fast as they are read. */
import { MockLanguageModelV4, simulateReadableStream } from 'ai/test'

/** Makes one. */
export function mockModel(deltas: readonly string[]): MockLanguageModelV4 {
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: deltas.length, text: deltas.length, reasoning: 0 },
  }
  return new MockLanguageModelV4({
    doStream: async () => ({
      stream: simulateReadableStream({
        initialDelayInMs: null,
        chunkDelayInMs: null,
        chunks: [
          { type: 'text-start', id: '0' },
          ...deltas.map(delta => ({ type: 'text-delta' as const, id: '0', delta })),
          { type: 'text-end', id: '0' },
          { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, usage },
        ],
      }),
    }),
  })
}
