/** Every delivery from Node's own server. */
import { writeNdjson } from '@streamseal/stream/ndjson'
import { writeSse } from '@streamseal/stream/sse'
import { writeText } from '@streamseal/stream/text'
import { writeUiMessage } from '@streamseal/stream/ui-message'
import { listen } from '../guides/helpers/listen.ts'
import { answer } from './helpers/answer.ts'
import { askDeliveries } from './helpers/ask-deliveries.ts'

const deliveries: Record<string, typeof writeSse> = {
  '/events': writeSse,
  '/text': writeText,
  '/lines': writeNdjson,
  '/api/chat': writeUiMessage,
}
const server = await listen((request, response) => {
  const write = deliveries[request.url ?? '']
  if (write === undefined) response.writeHead(404).end()
  else void write(answer(), response)
})
await askDeliveries(server.url)
console.log('node:http streams events, text, lines and UI messages.')
await server.close()
