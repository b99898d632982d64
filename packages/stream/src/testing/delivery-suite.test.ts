import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { writeAnthropic } from '../anthropic-wire.ts'
import type { Deliverable } from '../deliveries/deliverable.ts'
import type { DeliveryOptions } from '../deliveries/delivery-options.ts'
import { writeNdjson } from '../ndjson.ts'
import { writeOpenAIChat, writeOpenAIResponses } from '../openai-wire.ts'
import { createSseParser, writeSse } from '../sse.ts'
import { writeText } from '../text.ts'
import { writeUiMessage } from '../ui-message.ts'
import { createChatFrames, webSocket } from '../web-socket.ts'
import { type Delivered, type DeliveryUnderTest, deliverySuite } from './delivery-suite.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

type Write = (run: Deliverable, response: ServerResponse, options: DeliveryOptions) => Promise<void>
interface Read {
  text: string
  /** Whether the connection ended cleanly. */
  isWhole: boolean
  trailers: IncomingMessage['trailers']
}
type Understand = (read: Read) => Delivered

/** A server that writes the run, and a client that reads bytes. */
function overHttp(write: Write, understand: Understand): DeliveryUnderTest {
  return {
    async connect(run, options) {
      const server = createServer((_, response) => void write(run, response, options))
      cleanups.push(() => {
        server.closeAllConnections()
        server.close()
      })
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const asked = request({ port: (server.address() as AddressInfo).port, agent: false }).end()
      const [response] = (await once(asked, 'response')) as [IncomingMessage]
      response.setEncoding('utf8').on('error', () => undefined)
      let text = ''
      const take = (): void => {
        response.on('data', piece => {
          text += piece
        })
      }
      return {
        async firstWords() {
          take()
          while (!text.includes('Half')) await new Promise(resolve => setTimeout(resolve, 1))
          response.removeAllListeners('data').pause()
        },
        async finish() {
          take()
          response.resume()
          if (!response.closed) await new Promise(resolve => response.once('close', resolve))
          return understand({ text, isWhole: response.complete, trailers: response.trailers })
        },
        leave: () => asked.destroy(),
      }
    },
  }
}

interface Sealed {
  detached?: string
}

/** What is read of any protocol's messages. */
interface Data {
  type?: string
  content?: string
  message?: string
  error?: unknown
  reason?: string
  detached?: string
  delta?: string & { text?: string; stop_reason?: string }
  metadata?: Sealed & { finish_reason?: string }
  messageMetadata?: { streamseal?: Sealed }
  streamseal?: Sealed
  choices?: { delta: { content?: string }; finish_reason: string | null }[]
  response?: { status: 'completed' | 'cancelled' | 'failed' }
}

const events = (text: string): Data[] =>
  createSseParser()
    .feed(new TextEncoder().encode(text))
    .filter(({ data }) => data !== '[DONE]')
    .map(({ data }) => JSON.parse(data))

const joined = (texts: unknown[]): string => texts.map(text => text ?? '').join('')
const detachedOf = (detached: string | undefined): object => (detached === undefined ? {} : { detached })

deliverySuite(
  'writeSse',
  overHttp(writeSse, ({ text }) => {
    const frames = events(text)
    const { metadata, error } = frames.at(-1) ?? {}
    const end = metadata?.finish_reason === 'aborted' ? 'cancelled' : 'complete'
    return {
      text: joined(frames.map(frame => frame.content)),
      end: error === undefined ? end : 'failed',
      ...detachedOf(metadata?.detached),
    }
  }),
  { test },
)

deliverySuite(
  'writeText',
  overHttp(writeText, ({ text, isWhole, trailers }) => ({
    text,
    end: isWhole ? 'complete' : 'failed',
    ...detachedOf(trailers['streamseal-detached']),
  })),
  { test },
)

deliverySuite(
  'writeNdjson',
  overHttp(writeNdjson, ({ text }) => {
    const parts = text
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line): Data => JSON.parse(line))
    const { type, reason } = parts.at(-1) ?? {}
    const end = reason === 'aborted' ? 'cancelled' : 'complete'
    return {
      text: joined(parts.map(part => (part.type === 'text-delta' ? part.delta : ''))),
      end: type === 'error' ? 'failed' : end,
      ...detachedOf(parts.find(part => part.type === 'seal')?.detached),
    }
  }),
  { test },
)

deliverySuite(
  'writeUiMessage',
  overHttp(writeUiMessage, ({ text }) => {
    const chunks = events(text)
    const types = chunks.map(chunk => chunk.type)
    const end = types.includes('abort') ? 'cancelled' : 'complete'
    return {
      text: joined(chunks.map(chunk => (chunk.type === 'text-delta' ? chunk.delta : ''))),
      end: types.includes('error') ? 'failed' : end,
      ...detachedOf(
        chunks.find(chunk => chunk.messageMetadata?.streamseal)?.messageMetadata?.streamseal?.detached,
      ),
    }
  }),
  { test },
)

deliverySuite(
  'writeOpenAIChat',
  overHttp(writeOpenAIChat, ({ text }) => {
    const chunks = events(text)
    const end = chunks.some(chunk => chunk.choices?.[0]?.finish_reason === 'length')
      ? 'cancelled'
      : 'complete'
    return {
      text: joined(chunks.map(chunk => chunk.choices?.[0]?.delta.content)),
      end: chunks.some(chunk => chunk.error) ? 'failed' : end,
      ...detachedOf(chunks.at(-1)?.streamseal?.detached),
    }
  }),
  { test },
)

deliverySuite(
  'writeOpenAIResponses',
  overHttp(writeOpenAIResponses, ({ text }) => {
    const all = events(text)
    const last = all.at(-1)
    const ends = { completed: 'complete', cancelled: 'cancelled', failed: 'failed' } as const
    return {
      text: joined(all.map(event => (event.type === 'response.output_text.delta' ? event.delta : ''))),
      end: ends[last?.response?.status ?? 'failed'],
      ...detachedOf(last?.streamseal?.detached),
    }
  }),
  { test },
)

deliverySuite(
  'writeAnthropic',
  overHttp(writeAnthropic, ({ text }) => {
    const all = events(text)
    const reason = all.find(event => event.type === 'message_delta')?.delta?.stop_reason
    const end = reason === 'max_tokens' ? 'cancelled' : 'complete'
    return {
      text: joined(all.map(event => event.delta?.text)),
      end: all.some(event => event.type === 'error') ? 'failed' : end,
      ...detachedOf(all.at(-1)?.streamseal?.detached),
    }
  }),
  { test },
)

type SendAll = (run: Deliverable, socket: WebSocket, options: DeliveryOptions) => Promise<unknown>

function overSocket(send: SendAll, understand: (messages: Data[]) => Delivered): DeliveryUnderTest {
  return {
    async connect(run, options) {
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
      cleanups.push(() => {
        for (const client of server.clients) client.terminate()
        server.close()
      })
      server.on('connection', socket => void send(run, socket, options))
      await once(server, 'listening')
      const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
      const messages: Data[] = []
      socket.on('message', data => messages.push(JSON.parse(String(data))))
      await once(socket, 'open')
      socket.pause()
      return {
        async firstWords() {
          socket.resume()
          while (!JSON.stringify(messages).includes('Half'))
            await new Promise(resolve => setTimeout(resolve, 1))
        },
        async finish() {
          socket.resume()
          if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close')
          return understand(messages)
        },
        leave: () => socket.terminate(),
      }
    },
  }
}

deliverySuite(
  'webSocket',
  overSocket(
    (run, socket, options) => webSocket(run, socket, { ...options, closeAtEnd: true }),
    messages => {
      const { type, metadata } = messages.at(-1) ?? {}
      const end = metadata?.finish_reason === 'aborted' ? 'cancelled' : 'complete'
      return {
        text: joined(messages.map(message => (message.type === 'chunk' ? message.content : ''))),
        end: type === 'error' ? 'failed' : end,
        ...detachedOf(metadata?.detached),
      }
    },
  ),
  { test },
)

deliverySuite(
  "webSocket with LangChain's messages",
  overSocket(
    (run, socket, options) =>
      webSocket(run, socket, { ...options, frames: createChatFrames(), closeAtEnd: true }),
    messages => {
      const { type, metadata } = messages.at(-1) ?? {}
      return {
        text: joined(messages.map(message => (message.type === 'stream' ? message.message : ''))),
        end: type === 'error' ? 'failed' : 'complete',
        ...detachedOf(metadata?.detached),
      }
    },
  ),
  { test },
)
