/** Every delivery from Express: its response is Node's. */
import { writeNdjson } from '@streamseal/stream/ndjson'
import { writeSse } from '@streamseal/stream/sse'
import { writeText } from '@streamseal/stream/text'
import { writeUiMessage } from '@streamseal/stream/ui-message'
import express from 'express'
import { listen } from '../guides/helpers/listen.ts'
import { answer } from './helpers/answer.ts'
import { askDeliveries } from './helpers/ask-deliveries.ts'

const app = express()
app.get('/events', (_, response) => writeSse(answer(), response))
app.get('/text', (_, response) => writeText(answer(), response))
app.get('/lines', (_, response) => writeNdjson(answer(), response))
app.get('/api/chat', (_, response) => writeUiMessage(answer(), response))

const server = await listen(app)
await askDeliveries(server.url)
console.log('Express streams events, text, lines and UI messages.')
await server.close()
