/** The hook in the real React, drawn by react-dom into jsdom, against a real server. */
import { createRequire } from 'node:module'
import { act, createElement, StrictMode } from 'react'
import type { Root } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Model } from '../contract.ts'
import { scriptedModel } from '../testing.ts'
import { type UsedAnswer, useAnswer } from './react.ts'
import { type RunServer, serveRuns } from './run-server.test-helper.ts'

interface Page {
  window: {
    navigator: object
    document: { body: { innerHTML: string; firstElementChild: Element | null } }
    close(): void
  }
}
type Element = Parameters<typeof import('react-dom/client').createRoot>[0]

const { JSDOM } = createRequire(import.meta.url)('jsdom') as { JSDOM: new (html: string) => Page }
const page = new JSDOM('<div></div>')
const globals = globalThis as Record<string, unknown>
let server: RunServer
let root: Root
let shown: UsedAnswer
let draws = 0

beforeAll(() => {
  Object.assign(globals, {
    window: page.window,
    document: page.window.document,
    IS_REACT_ACT_ENVIRONMENT: true,
    // Node has one of its own from version 21.
    ...(globals.navigator === undefined ? { navigator: page.window.navigator } : {}),
  })
})
afterAll(() => {
  if (globals.navigator === page.window.navigator) delete globals.navigator
  page.window.close()
  for (const name of ['window', 'document', 'IS_REACT_ACT_ENVIRONMENT']) delete globals[name]
})

beforeEach(async () => {
  const { createRoot } = await import('react-dom/client')
  page.window.document.body.innerHTML = '<div></div>'
  root = createRoot(page.window.document.body.firstElementChild as Element)
  draws = 0
})
afterEach(async () => {
  await act(() => root.unmount())
  await server.close()
})

function Chat({ url }: { url: string }) {
  shown = useAnswer(url, { firstDelayMs: 1 })
  draws++
  return createElement('p', null, `${shown.state}: ${shown.text}`)
}

async function mount(model: () => Model): Promise<void> {
  server = await serveRuns(model)
  await act(() =>
    root.render(createElement(StrictMode, null, createElement(Chat, { url: `${server.http}/stream` }))),
  )
}

const html = (): string => page.window.document.body.innerHTML
const words = (count: number): Model =>
  scriptedModel(Array.from({ length: count }, (_, i) => `w${i}`).join(' '))
const stuck = (): Model =>
  scriptedModel([
    { type: 'start', provider: 'p', model: 'm' },
    { type: 'text-start', id: 't' },
    { type: 'text-delta', id: 't', delta: 'Half' },
    () => new Promise<void>(() => undefined),
  ])

/** Lets React draw until the page says so. */
function shows(what: string): Promise<void> {
  return act(() => expect.poll(html, { timeout: 10_000 }).toContain(what))
}

test('shows nothing until it is asked, then the answer, drawn fewer times than it has parts', async () => {
  await mount(() => words(300))
  expect(html()).toContain('idle: ')
  draws = 0
  await act(() => shown.ask({ prompt: 'x' }))
  await shows('done: w0 w1')
  expect(shown.text).toMatch(/w299$/)
  expect(shown.finishReason).toBe('stop')
  expect(server.asked).toEqual(['{"prompt":"x"}'])
  expect(draws).toBeLessThan(300)
})

test('cancel() stops the run and keeps what had come', async () => {
  await mount(stuck)
  await act(() => shown.ask({}))
  await shows('streaming: Half')
  await act(() => shown.cancel())
  await shows('cancelled: Half')
  await expect.poll(async () => (await server.runs.get(shown.runId ?? ''))?.state).toBe('cancelled')
})

test('a next question leaves the answer before, and a component that goes leaves its own', async () => {
  await mount(stuck)
  await act(() => shown.ask({ n: 1 }))
  await shows('streaming: Half')
  const first = shown.runId
  await act(() => shown.ask({ n: 2 }))
  await act(() => expect.poll(() => shown.text === 'Half' && shown.runId !== first).toBe(true))
  await expect.poll(() => server.runs.counts.readers).toBe(1)
  await act(() => root.unmount())
  await expect.poll(() => server.runs.counts.readers).toBe(0)
  expect((await server.runs.get(first ?? ''))?.state).toBe('running')
})

test('a failure is a state with its error', async () => {
  await mount(() => words(1))
  server.intercept = (_, response) => {
    response.writeHead(401).end('{"error":{"message":"who are you?"}}')
    return true
  }
  await act(() => shown.ask({}))
  await shows('failed: ')
  expect(shown.error).toMatchObject({ code: 'AUTHENTICATION_FAILED', message: 'who are you?' })
})

test('is drawn on a server', async () => {
  server = await serveRuns(() => words(1))
  expect(renderToString(createElement(Chat, { url: server.http }))).toContain('idle: ')
})
