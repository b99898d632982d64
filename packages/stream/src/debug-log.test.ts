import { afterEach, describe, expect, test, vi } from 'vitest'
import { createDebugLog, isNamed } from './debug-log.ts'
import { demo } from './demo.ts'
import { generate } from './generate.ts'
import { stdoutHandler } from './run/callbacks.ts'
import { scriptedModel } from './testing.ts'

afterEach(() => vi.unstubAllEnvs())

describe('debug logging', () => {
  test.each([
    ['streamseal:*', true],
    ['*', true],
    ['streamseal:run', true],
    ['http, streamseal:run', true],
    ['streamseal:http', false],
    ['streamseal:*,-streamseal:run', false],
    ['', false],
    ['streamseal.run', false],
  ])('DEBUG=%s', (patterns, on) => {
    expect(isNamed('streamseal:run', patterns)).toBe(on)
  })

  test('writes facts, and nothing of prompt or answer', async () => {
    vi.stubEnv('DEBUG', 'streamseal:*')
    const lines: string[] = []
    const write = vi.spyOn(process.stderr, 'write').mockImplementation(text => lines.push(String(text)) > 0)
    createDebugLog('streamseal:handler')('begun', { count: 1, nothing: undefined })
    write.mockRestore()
    expect(lines.join('')).toMatch(/streamseal:handler begun count=1\n$/)
  })
})

describe('callbacks', () => {
  test('are called in order: start, each token, end', async () => {
    const calls: string[] = []
    const run = generate(scriptedModel('Hello world'), {
      prompt: 'x',
      callbacks: {
        onStart: ({ model }) => void calls.push(`start ${model}`),
        onToken: async delta => void calls.push(delta),
        onEnd: ({ text }) => void calls.push(`end ${text}`),
      },
    })
    await run.result()
    await vi.waitFor(() => expect(calls).toEqual(['start script', 'Hello', ' world', 'end Hello world']))
  })

  test('are told of a failure, and one that throws stops nothing', async () => {
    const codes: string[] = []
    const warnings: string[] = []
    const listen = (warning: Error): void => void warnings.push(warning.message)
    process.on('warning', listen)
    const run = generate(scriptedModel([{ type: 'start', provider: 'p', model: 'm' }]), {
      prompt: 'x',
      callbacks: {
        onStart: () => Promise.reject(new Error('my own fault')),
        onError: ({ code }) => void codes.push(code),
      },
    })
    await run.result().catch(() => undefined)
    await vi.waitFor(() => expect(codes).toEqual(['STREAM_INCOMPLETE']))
    await vi.waitFor(() => expect(warnings.join()).toContain('my own fault'))
    process.off('warning', listen)
  })

  test('stdoutHandler writes the answer as it comes', async () => {
    let written = ''
    const output = { write: (text: string) => (written += text) }
    const run = generate(demo({ text: 'Hello world', tokensPerSecond: 1000 }), {
      prompt: 'x',
      callbacks: stdoutHandler(output),
    })
    await run.result()
    await vi.waitFor(() => expect(written).toBe('Hello world\n'))
  })
})
