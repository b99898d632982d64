/** A kept run for the one client that asked for it over a dialect of its own: its reading ends when the client says that it has left. */
import type { Part, Run } from '@streamseal/stream'
import type { KeptRun } from '@streamseal/stream/runs'

/** The run as that client's; `live` is what is produced here, and knows more of an end than the log does. */
export function readOneself(kept: KeptRun, live: Run): Run {
  const left = new AbortController()
  const read = (after: number): AsyncIterableIterator<Part> => kept.read({ after, signal: left.signal })
  return {
    id: kept.id,
    provider: kept.provider,
    modelId: kept.modelId,
    // What we keep beside the run is not the reader's.
    metadata: {},
    get state() {
      return live.state
    },
    get parts() {
      return read(0)
    },
    partsAfter: read,
    get text() {
      return kept.text
    },
    get responses() {
      return kept.responses
    },
    get metrics() {
      return live.metrics
    },
    result: () => live.result(),
    cancel(options = {}) {
      if (options.readerLeft === true) left.abort()
      else kept.cancel()
    },
  }
}
