/** Every delivery from Fastify, which sends Web responses; `hijack` leaves Node's response to us, for text with its trailer. */
import { ndjsonResponse } from '@streamseal/stream/ndjson'
import { sseResponse } from '@streamseal/stream/sse'
import { writeText } from '@streamseal/stream/text'
import { uiMessageResponse } from '@streamseal/stream/ui-message'
import Fastify from 'fastify'
import { answer } from './helpers/answer.ts'
import { askDeliveries } from './helpers/ask-deliveries.ts'

const app = Fastify()
app.get('/events', (_, reply) => reply.send(sseResponse(answer())))
app.get('/text', (_, reply) => {
  reply.hijack()
  return writeText(answer(), reply.raw)
})
app.get('/lines', (_, reply) => reply.send(ndjsonResponse(answer())))
app.get('/api/chat', (_, reply) => reply.send(uiMessageResponse(answer())))

const url = await app.listen({ port: 0, host: '127.0.0.1' })
await askDeliveries(url)
console.log('Fastify streams events, text, lines and UI messages.')
await app.close()
