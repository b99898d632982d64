/** 96 MiB of text stream from a provider's socket through a run under a heap of 80 MiB. `--break` keeps the whole answer and must fail. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { ChatOpenAI } from '@langchain/openai'
import { createSigner, generateKeys } from '@streamseal/seal'
import { generate, type Model, type ModelPart } from '@streamseal/stream'
import { openAICompatible } from '@streamseal/stream/openai-compatible'
import { streamText } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import OpenAI from 'openai'
import { keepResults, type Row } from './helpers/keep-results.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    break: { type: 'boolean' },
    keep: { type: 'boolean' },
    reader: { type: 'string' },
    url: { type: 'string' },
  },
})
const mebibyte = 2 ** 20
const heapMebibytes = 80
const textMebibytes = 96
const chunkBytes = 1024
const someUsage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
}

/** Each reads the answer to its end and returns the bytes of text that came. */
const readers: Record<string, (baseUrl: string) => Promise<number>> = {
  'a run': baseUrl => readText(generate(modelAt(baseUrl), { prompt: 'x', maxOutputChars: 0 }).text),
  'a sealed run': async baseUrl => {
    const { privateJwk } = await generateKeys('Ed25519')
    const seal = { signer: await createSigner(privateJwk) }
    return readText(generate(modelAt(baseUrl), { prompt: 'x', maxOutputChars: 0, seal }).text)
  },
  'a run that keeps its text': async baseUrl => {
    const options = { prompt: 'x', maxOutputChars: 2 ** 30, maxLogChars: 2 ** 30 }
    const { text } = await generate(modelAt(baseUrl), options).result()
    return text.length
  },
  'openai 6': async baseUrl => {
    const client = new OpenAI({ baseURL: baseUrl, apiKey: 'none' })
    const stream = await client.chat.completions.create({ model: 'm', messages: [], stream: true })
    let bytes = 0
    for await (const chunk of stream) bytes += chunk.choices[0]?.delta.content?.length ?? 0
    return bytes
  },
  '@langchain/openai 1': async baseUrl => {
    const model = new ChatOpenAI({ model: 'm', apiKey: 'none', configuration: { baseURL: baseUrl } })
    let bytes = 0
    for await (const chunk of await model.stream('x')) bytes += String(chunk.content).length
    return bytes
  },
  'ai 7, streamText': baseUrl =>
    readText(streamText({ model: toAiSdk(modelAt(baseUrl)), prompt: 'x' }).textStream),
}

if (!isMainThread) await serve()
else if (values.reader !== undefined) await readAs(values.reader, values.url ?? '')
else await prove()

async function readAs(name: string, url: string): Promise<void> {
  const bytes = await readers[name]?.(url)
  console.log(JSON.stringify({ bytes, heapMebibytes: process.memoryUsage().heapUsed / mebibyte }))
  process.exit(0)
}

async function prove(): Promise<void> {
  const rows: Row[] = []
  const ours = values.break ? ['a run that keeps its text'] : ['a run', 'a sealed run']
  const peers = values.break ? [] : ['openai 6', '@langchain/openai 1', 'ai 7, streamText']
  const url = await serveInAThread()
  for (const name of [...ours, ...peers]) {
    const { ok, said } = readInAProcess(name, url)
    console.log(`${name}: ${said}`)
    rows.push([name, said])
    if (!ok && ours.includes(name)) process.exitCode = 1
  }
  const claim = `${textMebibytes} MiB of text stream from a provider's socket under a heap of ${heapMebibytes} MiB; each reader in a process of its own.`
  if (values.keep) keepResults('stream-heap', claim, rows)
  process.exit()
}

function readInAProcess(name: string, url: string): { ok: boolean; said: string } {
  const program = process.argv[1] ?? ''
  const args = [`--max-old-space-size=${heapMebibytes}`, program, '--reader', name, '--url', url]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 64 * mebibyte,
  })
  if (/heap out of memory/i.test(stderr)) return { ok: false, said: 'out of memory' }
  if (status !== 0) return { ok: false, said: `failed with ${status}: ${stderr.slice(-300)}` }
  const { bytes, heapMebibytes: heap } = JSON.parse(stdout)
  const whole = bytes >= textMebibytes * mebibyte
  return { ok: whole, said: `${whole ? 'whole' : `${bytes} bytes`}, heap at the end ${heap.toFixed(0)} MiB` }
}

/** The provider, in a thread of its own, because the processes are waited for. */
async function serveInAThread(): Promise<string> {
  const thread = new Worker(new URL(`file://${process.argv[1]}`))
  thread.unref()
  const [url] = await once(thread, 'message')
  return String(url)
}

async function serve(): Promise<void> {
  const server = createServer((request, response) => {
    request.resume()
    void answer(response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`)
}

async function answer(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const chunks = (textMebibytes * mebibyte) / chunkBytes
  for (let index = 0; index < chunks; index++) {
    const content = String.fromCharCode(97 + (index % 26))
      .repeat(chunkBytes - 2)
      .concat('. ')
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' }
    const choices = [{ index: 0, delta: { content }, finish_reason: null }]
    const isFull = !response.write(`data: ${JSON.stringify({ ...chunk, choices })}\n\n`)
    if (isFull && !response.destroyed) await Promise.race([once(response, 'drain'), once(response, 'close')])
    if (response.destroyed) return
  }
  const end = { id: 'c', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
  response.end(`data: ${JSON.stringify(end)}\n\ndata: [DONE]\n\n`)
}

async function readText(text: AsyncIterable<string>): Promise<number> {
  let bytes = 0
  for await (const delta of text) bytes += Buffer.byteLength(delta)
  return bytes
}

function modelAt(baseUrl: string): Model {
  return openAICompatible('m', { baseUrl })
}

/** For want of a provider package: our parts, pulled as the SDK asks for them. */
function toAiSdk(model: Model): MockLanguageModelV4 {
  return new MockLanguageModelV4({
    doStream: async () => {
      const parts = model.stream({ messages: [] })[Symbol.asyncIterator]()
      return {
        stream: new ReadableStream({
          async pull(controller) {
            const part = await nextForAiSdk(parts)
            if (part === undefined) controller.close()
            else controller.enqueue(part)
          },
        }),
      }
    },
  })
}

async function nextForAiSdk(parts: AsyncIterator<ModelPart>) {
  for (;;) {
    const { done, value: part } = await parts.next()
    if (done) return undefined
    switch (part.type) {
      case 'text-start':
      case 'text-delta':
      case 'text-end':
        return part
      case 'finish':
        return { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, usage: someUsage } as const
      default:
    }
  }
}
