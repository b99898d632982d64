/** The prompts of a request over HTTP. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { createPromptReader, type PromptReader } from '../sealing/prompt-reader.ts'

/** Their reader, which tells the client in a header of what it found. */
export function promptsOf(
  { config }: Pick<GatewayContext, 'config'>,
  { headers, log }: Pick<FastifyRequest, 'headers' | 'log'>,
  { raw: response }: Pick<FastifyReply, 'raw'>,
): PromptReader {
  return createPromptReader({ config, headers, log, response })
}
