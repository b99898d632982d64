import { homedir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { ConfigError } from './config-error.ts'
import { readConfig } from './read-config.ts'

describe('readConfig()', () => {
  test('needs no variable: loopback, port 8787, sealed in full', () => {
    const config = readConfig({})
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8787, seal: 'full', corsOrigins: [] })
    expect(config.dataDirectory.startsWith(homedir())).toBe(true)
    expect(config.openai).toBeUndefined()
    expect(config.ollama.baseUrl).toBe('http://127.0.0.1:11434')
  })

  test.each([
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['STREAMSEAL_MAX_BODY_BYTES', '1MB'],
    ['STREAMSEAL_MAX_STREAMS', '0'],
    ['STREAMSEAL_PUBLIC_URL', 'seal.example.com'],
    ['OPENAI_BASE_URL', 'ftp://models.example.com/v1'],
    ['STREAMSEAL_CORS_ORIGINS', 'https://app.example.com/path'],
    ['STREAMSEAL_SEAL', 'heavy'],
    ['STREAMSEAL_LOG_LEVEL', 'loud'],
    ['OLLAMA_HOST', 'not a host'],
  ])('refuses %s="%s" with an error that quotes both', (variable, value) => {
    const read = () => readConfig({ [variable]: value })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(variable)
    expect(read).toThrow(value)
  })

  test('never quotes a password that stands in a URL', () => {
    expect(() => readConfig({ OPENAI_BASE_URL: 'http://me:hunter2@host/v1' })).toThrow(/^(?!.*hunter2)/)
  })

  test.each(['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'STREAMSEAL_API_KEY'])(
    'refuses a %s that no header can hold, without quoting it',
    variable => {
      for (const key of ['ключ', 'sk-first\nsk-second', 'sk first', 'sk-\u00a0']) {
        const read = () => readConfig({ [variable]: `x${key}x` })
        expect(read).toThrow(ConfigError)
        expect(read).toThrow(variable)
        expect(read).toThrow(new RegExp(`^(?![^]*${key})`))
      }
      expect(() => readConfig({ [variable]: ' sk-proj_1.2/3+4= \n' })).not.toThrow()
    },
  )

  test('refuses what would fill a seal: an issuer or a public URL over 256 bytes', () => {
    expect(() => readConfig({ STREAMSEAL_ISSUER: 'ü'.repeat(129) })).toThrow(/STREAMSEAL_ISSUER.*258 bytes/)
    expect(readConfig({ STREAMSEAL_ISSUER: 'ü'.repeat(128) }).issuer).toBe('ü'.repeat(128))
    const url = `https://example.com/${'x'.repeat(300)}`
    expect(() => readConfig({ STREAMSEAL_PUBLIC_URL: url })).toThrow(/STREAMSEAL_PUBLIC_URL.*320 bytes/)
  })

  test.each(['0.0.0.0', '::', '192.168.1.5', 'gateway.internal'])(
    'refuses HOST=%s without STREAMSEAL_API_KEY and takes it with one',
    host => {
      expect(() => readConfig({ HOST: host })).toThrow(/STREAMSEAL_API_KEY/)
      expect(readConfig({ HOST: host, STREAMSEAL_API_KEY: 'k' }).host).toBe(host)
    },
  )

  test.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('listens on %s without a key', host => {
    expect(readConfig({ HOST: host }).host).toBe(host)
  })

  test('takes OPENAI_BASE_URL alone, and OPENAI_API_KEY alone', () => {
    expect(readConfig({ OPENAI_BASE_URL: 'http://127.0.0.1:9101/v1/' }).openai).toEqual({
      baseUrl: 'http://127.0.0.1:9101/v1',
    })
    expect(readConfig({ OPENAI_API_KEY: 'sk-1' }).openai).toEqual({
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'sk-1',
    })
  })

  test.each([
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:8080', 'http://127.0.0.1:8080'],
    ['ollama.internal', 'http://ollama.internal:11434'],
    ['https://ollama.example.com', 'https://ollama.example.com'],
  ])('reads OLLAMA_HOST=%s as %s', (value, baseUrl) => {
    expect(readConfig({ OLLAMA_HOST: value }).ollama.baseUrl).toBe(baseUrl)
  })

  test('reads lists of origins and hosts', () => {
    const config = readConfig({
      STREAMSEAL_CORS_ORIGINS: 'https://a.example, http://localhost:3000',
      STREAMSEAL_ALLOWED_HOSTS: 'Seal.Example.com',
    })
    expect(config.corsOrigins).toEqual(['https://a.example', 'http://localhost:3000'])
    expect(config.allowedHosts).toEqual(['seal.example.com'])
  })
})
