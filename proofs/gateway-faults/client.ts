/** One client: asks, reads to the end, and says what it was given. */
import { type Agent, request } from 'node:http'
import type { Reading, Way } from './ways.ts'

/** What became of a request. */
export interface Outcome extends Reading {
  readonly status: number
  /** The connection broke off before the answer's end. */
  readonly broken: boolean
  /** Nothing came for so long that the client gave up. */
  readonly hung: boolean
}

/** Asks at `url`; gives up after `patienceMs` without an end. */
export function ask(
  url: string,
  way: Way,
  number: number,
  agent: Agent,
  patienceMs: number,
): Promise<Outcome> {
  const reading: Reading = { text: '', ended: false, failed: false }
  return new Promise(resolve => {
    let status = 0
    let isOver = false
    const over = (end: { broken: boolean; hung: boolean }): void => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      resolve({ ...reading, status, ...end })
    }
    const call = request(`${url}${way.path}`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    })
    const timer = setTimeout(() => {
      over({ broken: false, hung: true })
      call.destroy()
    }, patienceMs)
    call.on('error', () => over({ broken: true, hung: false }))
    call.on('response', response => {
      status = response.statusCode ?? 0
      const header = response.headers['streamseal-stream-id']
      if (typeof header === 'string') reading.streamId = header
      const take = readerOf(way, status, reading)
      response.setEncoding('utf8')
      response.on('data', take)
      response.on('error', () => over({ broken: true, hung: false }))
      response.on('close', () => {
        if (response.complete && way.isPlain && status === 200) reading.ended = true
        if (response.complete && !way.isStream) take('')
        const trailer = response.trailers['streamseal-detached']
        if (trailer !== undefined) reading.detached = trailer
        over({ broken: !response.complete, hung: false })
      })
    })
    call.end(JSON.stringify(way.body(way.model(number))))
  })
}

/** Takes text as it arrives; the last call, with an empty text, says that a whole body has come. */
function readerOf(way: Way, status: number, reading: Reading): (text: string) => void {
  if (status !== 200) return () => undefined
  if (way.isPlain) return text => way.take(reading, text)
  let kept = ''
  if (!way.isStream) {
    return text => {
      kept += text
      if (text === '') way.take(reading, kept)
    }
  }
  return text => {
    kept += text
    const events = kept.split('\n\n')
    kept = events.pop() ?? ''
    for (const event of events) {
      const lines = event.split('\n').filter(line => line.startsWith('data: '))
      if (lines.length > 0) way.take(reading, lines.map(line => line.slice(6)).join('\n'))
    }
  }
}
