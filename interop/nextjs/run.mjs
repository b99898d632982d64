/**
 * The route handlers of guides 1 and 2 under a real Next.js: `node interop/nextjs/run.mjs`. Needs the built packages and, the first time, npm's
 * registry; without it it says so and skips.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { MetadataEncoder, UnicodeMetadata } from '@streamseal/seal/encypher'

const VERSIONS = ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1']
const WORDS = ['AI ', 'ethics ', 'asks ', 'who ', 'answers.']
const project = fileURLToPath(new URL('.cache/', import.meta.url))
const next = `${project}node_modules/next/dist/bin/next`

/** Guide 1's answer: the words, with marks that do not show. */
const guide1Question = { prompt: 'Hello?', request_id: 'r-42' }
const plainText = {
  wordsOf: raw => new MetadataEncoder().decodeMetadata(raw).cleanText,
  checkWhole(raw) {
    const hmacSecretKey = 'your-secret-key'
    const { valid, metadata, contentBound } = UnicodeMetadata.verifyMetadata(raw, { hmacSecretKey })
    assert.deepEqual({ valid, contentBound }, { valid: true, contentBound: true })
    assert.equal(metadata?.request_id, guide1Question.request_id)
  },
}

/** Guide 2's answer: a frame as JSON in each event. */
const frames = {
  wordsOf: raw =>
    framesOf(raw)
      .map(({ content }) => content)
      .join(''),
  checkWhole: raw => assert.equal(framesOf(raw).at(-1)?.metadata.final_response, WORDS.join('')),
}

const missing = install()
if (missing) console.log(`nextjs: skipped, ${missing}`)
else await prove()

/** Puts Next.js into a folder of its own; says what is missing where that fails. */
function install() {
  if (existsSync(next)) return undefined
  mkdirSync(project, { recursive: true })
  writeFileSync(`${project}package.json`, '{ "private": true, "type": "module" }\n')
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--prefix', project]
  const npm = spawnSync('npm', ['install', ...options, ...VERSIONS], { encoding: 'utf8', cwd: project })
  if (npm.status === 0 && existsSync(next)) return undefined
  rmSync(`${project}node_modules`, { recursive: true, force: true })
  return `${VERSIONS[0]} could not be installed: ${npm.stderr.trim().split('\n').at(-1)}`
}

async function prove() {
  const upstream = await startUpstream()
  const app = await startNext(upstream.url)
  try {
    await checkStreaming(upstream, { url: `${app.url}/generate-stream`, body: guide1Question, ...plainText })
    console.log('nextjs: guide 1, each word is there before the next is said')
    await checkStreaming(upstream, { url: `${app.url}/query/stream`, body: { query: 'Hello?' }, ...frames })
    console.log('nextjs: guide 2, each frame is there before the next word is said')
    await checkLeaving(upstream, `${app.url}/query/stream`, { query: 'Hello?' })
    console.log('nextjs: a client who leaves ends the request at the model')
  } finally {
    await app.close()
    upstream.close()
  }
}

/** Reads until all that has been said is there, and only then lets the model say more: what is held back never comes. */
async function checkStreaming(upstream, { url, body, wordsOf, checkWhole }) {
  // Next.js sends the head of an answer with the first piece of its body: the model speaks before the head is waited for.
  const answering = ask(url, body)
  const model = await upstream.asked()
  let raw = ''
  let said = ''
  const say = word => {
    model.say(word)
    said += word
  }
  say(WORDS[0])
  const response = await within(answering, `the head of ${url}`)
  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  const untilRead = async () => {
    while (wordsOf(raw) !== said) {
      const { done, value } = await within(reader.read(), `"${said}" of ${url}`)
      assert.ok(!done, `The answer ended after ${JSON.stringify(wordsOf(raw))}`)
      raw += decoder.decode(value, { stream: true })
    }
  }
  await untilRead()
  for (const word of WORDS.slice(1)) {
    say(word)
    await untilRead()
  }
  model.end()
  for (let rest = await reader.read(); !rest.done; rest = await reader.read())
    raw += decoder.decode(rest.value, { stream: true })
  assert.equal(wordsOf(raw), WORDS.join(''))
  checkWhole(raw)
}

async function checkLeaving(upstream, url, body) {
  const leaving = new AbortController()
  const response = await ask(url, body, leaving.signal)
  const model = await upstream.asked()
  model.say('Hel')
  await response.body.getReader().read()
  leaving.abort()
  await within(model.closed, 'the end of the request at the model')
}

async function ask(url, body, signal) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(url, { ...init, ...(signal && { signal }) })
  assert.equal(response.status, 200, url)
  return response
}

function framesOf(raw) {
  const lines = raw.split('\n').filter(line => line.startsWith('data: ') && line.endsWith('}'))
  return lines.map(line => JSON.parse(line.slice('data: '.length)))
}

function within(promise, what) {
  const late = delay(20_000, undefined, { ref: false }).then(() => {
    throw new Error(`Nothing came of ${what} within 20 s`)
  })
  return Promise.race([promise, late])
}

/** OpenAI's chat completions, said word by word from outside. */
async function startUpstream() {
  const waiting = []
  const asked = []
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    const write = (delta, finish_reason = null) => {
      const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4' }
      response.write(
        `data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
      )
    }
    const model = {
      say: content => write({ content }),
      end() {
        write({}, 'stop')
        response.end('data: [DONE]\n\n')
      },
      closed: once(response, 'close'),
    }
    const taker = waiting.shift()
    if (taker) taker(model)
    else asked.push(model)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    asked: () => {
      const model = asked.shift()
      return model
        ? Promise.resolve(model)
        : within(new Promise(resolve => waiting.push(resolve)), 'the model')
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Builds, and starts as in production. */
async function startNext(upstreamUrl) {
  cpSync(fileURLToPath(new URL('app', import.meta.url)), `${project}app`, { recursive: true })
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const external = ['@streamseal/seal', '@streamseal/stream', 'openai']
  const config = { serverExternalPackages: external, turbopack: { root }, outputFileTracingRoot: root }
  writeFileSync(`${project}next.config.mjs`, `export default ${JSON.stringify(config)}\n`)
  const env = { ...process.env, UPSTREAM: upstreamUrl, NEXT_TELEMETRY_DISABLED: '1' }
  const built = spawnSync(process.execPath, [next, 'build'], { cwd: project, env, encoding: 'utf8' })
  assert.equal(built.status, 0, `${built.stdout}\n${built.stderr}`)
  const port = await freePort()
  const args = [next, 'start', '--port', String(port), '--hostname', '127.0.0.1']
  const child = spawn(process.execPath, args, { cwd: project, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const url = `http://127.0.0.1:${port}`
  process.once('exit', () => child.kill('SIGKILL'))
  for (let tries = 0; !(await isUp(url)); tries++) {
    assert.ok(tries < 300 && child.exitCode === null, 'Next.js does not start')
    await delay(100)
  }
  return {
    url,
    async close() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      // What a build leaves is source to whoever reads the repository's.
      rmSync(`${project}.next`, { recursive: true, force: true })
    },
  }
}

function isUp(url) {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
