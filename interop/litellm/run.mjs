/**
 * Guide 1's LiteLLM example against the real proxy: `node interop/litellm/run.mjs`. The proxy, from PyPI, stands in front of a local server that speaks OpenAI's
 * protocol; what it streams is marked and must verify. Needs `python3` and, the first time, PyPI; without them it says so and skips.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { MetadataEncoder, StreamingHandler, UnicodeMetadata } from '@streamseal/seal/encypher'
import { generate } from '@streamseal/stream'
import { liteLLM } from '@streamseal/stream/openai-compatible'

const VERSION = '1.106.2'
const ANSWER = 'AI ethics asks who is answerable for what a machine says.'
const hmacSecretKey = 'your-secret-key'
/** The proxy does not start without a key of its own. */
const apiKey = `sk-${randomBytes(16).toString('hex')}`
const cache = fileURLToPath(new URL('.cache/', import.meta.url))
const venv = `${cache}litellm`

const missing = install()
if (missing) console.log(`litellm: skipped, ${missing}`)
else await prove()

/** Puts the proxy into an environment of its own; says what is missing where that fails. */
function install() {
  if (existsSync(`${venv}/bin/litellm`)) return undefined
  if (spawnSync('python3', ['--version']).status !== 0) return 'there is no python3'
  mkdirSync(cache, { recursive: true })
  spawnSync('python3', ['-m', 'venv', venv])
  const pip = spawnSync(`${venv}/bin/pip`, ['install', '-q', `litellm[proxy]==${VERSION}`], {
    encoding: 'utf8',
  })
  if (pip.status === 0) return undefined
  rmSync(venv, { recursive: true })
  return `litellm ${VERSION} could not be installed: ${pip.stderr.trim().split('\n').at(-1)}`
}

async function prove() {
  const upstream = await listen(createServer(answer))
  const port = await freePort()
  const proxy = startProxy(upstream.port, port)
  try {
    await ready(port, proxy)
    await check(port)
  } finally {
    proxy.kill('SIGKILL')
    upstream.server.close()
  }
}

/** OpenAI's chat completions, a token an event. */
function answer(request, response) {
  request.resume()
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const chunk = (delta, finish_reason = null) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1711843200,
    model: 'gpt-4',
    choices: [{ index: 0, delta, finish_reason }],
  })
  const deltas = [
    { role: 'assistant', content: '' },
    ...ANSWER.match(/\s?\S+/g).map(content => ({ content })),
  ]
  for (const chunkOf of [...deltas.map(delta => chunk(delta)), chunk({}, 'stop')]) {
    response.write(`data: ${JSON.stringify(chunkOf)}\n\n`)
  }
  response.end('data: [DONE]\n\n')
}

function startProxy(upstreamPort, port) {
  const config = {
    model_list: [
      {
        model_name: 'gpt-4',
        litellm_params: {
          model: 'openai/gpt-4',
          api_base: `http://127.0.0.1:${upstreamPort}/v1`,
          api_key: 'none',
        },
      },
    ],
  }
  // JSON is YAML.
  writeFileSync(`${cache}config.yaml`, JSON.stringify(config))
  const args = ['--config', `${cache}config.yaml`, '--host', '127.0.0.1', '--port', String(port)]
  return spawn(`${venv}/bin/litellm`, args, {
    stdio: 'ignore',
    env: {
      PATH: `${venv}/bin:${process.env.PATH}`,
      HOME: cache,
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
      LITELLM_MASTER_KEY: apiKey,
    },
  })
}

async function ready(port, proxy) {
  for (let i = 0; i < 240; i++) {
    const isUp = await fetch(`http://127.0.0.1:${port}/health/liveliness`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return
    if (proxy.exitCode !== null) throw new Error(`The proxy ended with code ${proxy.exitCode}`)
    await new Promise(resolve => setTimeout(resolve, 500))
  }
  throw new Error('The proxy did not start within 120 seconds')
}

async function check(port) {
  const handler = new StreamingHandler({
    metadata: { model_id: 'gpt-4', provider: 'openai', timestamp: new Date() },
    encodeFirstChunkOnly: false,
    hmacSecretKey,
  })
  const run = generate(liteLLM('gpt-4', { baseUrl: `http://127.0.0.1:${port}/v1`, apiKey }), {
    prompt: 'Write about AI ethics.',
  })
  let text = ''
  for await (const delta of run.text) text += handler.processChunk(delta)
  text += (await handler.finalize()).text
  const { valid, contentBound } = UnicodeMetadata.verifyMetadata(text, { hmacSecretKey })
  const isWhole = new MetadataEncoder().decodeMetadata(text).cleanText === ANSWER
  console.log(`litellm ${VERSION}: valid ${valid}, content bound ${contentBound}, text whole ${isWhole}`)
  if (!(valid && contentBound && isWhole)) process.exitCode = 1
}

function listen(server) {
  return new Promise(resolve =>
    server.listen(0, '127.0.0.1', () => resolve({ server, port: server.address().port })),
  )
}

async function freePort() {
  const { server, port } = await listen(createServer())
  await new Promise(resolve => server.close(resolve))
  return port
}
