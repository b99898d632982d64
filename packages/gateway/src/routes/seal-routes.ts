/** `POST /verify`, `/strip` and `/seal`: the seal itself, for programs without the library. */
import { type Report, strip, verify } from '@streamseal/seal'
import type { FastifyInstance } from 'fastify'
import type { C2paMember } from '../c2pa/open-c2pa.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { findDetached } from '../sealing/find-detached.ts'

const text = { type: 'string' }
const name = { type: 'string', minLength: 1, maxLength: 256 }
const textBody = { type: 'object', required: ['text'], properties: { text, detached: text } }
const sealBody = {
  type: 'object',
  required: ['text', 'model'],
  properties: {
    text,
    model: name,
    provider: name,
    profile: { enum: ['full', 'light'] },
    format: { enum: ['markdown', 'plain', 'code', 'json'] },
    request_id: name,
  },
}

interface SealBody {
  readonly text: string
  readonly model: string
  readonly provider?: string
  readonly profile?: 'full' | 'light'
  readonly format?: 'markdown' | 'plain' | 'code' | 'json'
  readonly request_id?: string
}

/** Adds the routes. Verifying and stripping need no key: whoever holds a text may ask what it is. */
export function addSealRoutes(app: FastifyInstance, context: GatewayContext): void {
  const config = { isOpen: true }
  app.post<{ Body: { text: string; detached?: string } }>(
    '/verify',
    { config, schema: { body: textBody } },
    async ({ body }): Promise<Report & { c2pa: C2paMember }> => {
      const detached = body.detached ?? findDetached(body.text, context.store)
      const options = { trust: context.keys.trust, ...(detached === undefined ? {} : { detached }) }
      const [report, c2pa] = await Promise.all([verify(body.text, options), context.c2pa.verify(body.text)])
      return { ...report, c2pa }
    },
  )
  app.post<{ Body: { text: string } }>(
    '/strip',
    { config, schema: { body: textBody } },
    async ({ body }) => ({
      text: strip(body.text),
    }),
  )
  app.post<{ Body: SealBody }>('/seal', { schema: { body: sealBody } }, ({ body }) => sealText(context, body))
}

/** Whoever may seal speaks in the issuer's name, so that a key is needed even on loopback. */
async function sealText(
  context: GatewayContext,
  body: SealBody,
): Promise<{ text: string; stream_id: string; detached?: string }> {
  if (context.config.apiKey === undefined) {
    throw new GatewayError(
      'Cannot seal a text of your own: this needs a key; set STREAMSEAL_API_KEY and send it',
      {
        code: 'AUTHENTICATION_FAILED',
      },
    )
  }
  const answer = context.sealing.open({
    mode: body.profile ?? 'full',
    provider: body.provider ?? 'unknown',
    model: body.model,
    route: '/seal',
    format: body.format ?? 'markdown',
    ...(body.request_id === undefined ? {} : { requestId: body.request_id }),
  })
  const sealed = answer.feed(body.text)
  const closing = await answer.finish('complete')
  return { ...closing, text: sealed + closing.text, stream_id: answer.streamId }
}
