/** A run as a streamed OpenAI chat completion, to a bare Node response. */
import type { ServerResponse } from 'node:http'
import type { Run } from '@streamseal/stream'
import { toOpenAIChunks } from '@streamseal/stream/openai-wire'
import { openAIErrorEvent } from './openai-error.ts'

/** How the run is written. */
export interface ChatChunkWriting {
  /** The model's name as the client asked for it. */
  readonly model: string
  readonly includeUsage: boolean
  readonly isSealed: boolean
  readonly heartbeatMs: number
}

/** Writes the run, head included, and ends the response; a failed run ends in an error event and never in `[DONE]`. */
export async function writeChatChunks(
  run: Run,
  response: ServerResponse,
  { model, includeUsage, isSealed, heartbeatMs }: ChatChunkWriting,
): Promise<void> {
  let hasLeft = false
  response.on('close', () => {
    hasLeft = true
    run.cancel({ readerLeft: true })
  })
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    ...(isSealed ? { 'streamseal-stream-id': run.id } : {}),
  })
  response.flushHeaders()
  const beat = (): void => {
    if (!response.writableNeedDrain) response.write(': keep-alive\n\n')
  }
  const heartbeat = setInterval(beat, heartbeatMs)
  try {
    for await (const chunk of toOpenAIChunks(run, { model, includeUsage })) {
      if (hasLeft) return
      heartbeat.refresh()
      if (!response.write(`data: ${JSON.stringify(chunk)}\n\n`)) await drained(response)
    }
    if (run.state !== 'cancelled') response.write('data: [DONE]\n\n')
  } catch (error) {
    response.write(openAIErrorEvent(error))
  } finally {
    clearInterval(heartbeat)
    response.end()
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const settle = (): void => {
      response.off('drain', settle)
      response.off('close', settle)
      resolve()
    }
    response.on('drain', settle)
    response.on('close', settle)
  })
}
