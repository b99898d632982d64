import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError } from './config-error.ts'
import { type C2paConfig, readC2pa } from './read-c2pa.ts'

const read = (env: Record<string, string>): C2paConfig => readC2pa(name => env[name])
const certificates = { STREAMSEAL_C2PA_CERT: 'chain.pem', STREAMSEAL_C2PA_KEY: 'key.pem' }

describe('readC2pa()', () => {
  test('is off where nothing is configured, and keeps manifests where somebody can sign', () => {
    expect(read({})).toEqual({ mode: 'off', allowDevelopment: false })
    expect(read(certificates)).toMatchObject({
      mode: 'stored',
      signer: { certificatePath: resolve('chain.pem'), keyPath: resolve('key.pem') },
    })
    expect(read({ STREAMSEAL_C2PA_DEVELOPMENT: '1' })).toEqual({ mode: 'stored', allowDevelopment: true })
    expect(read({ ...certificates, STREAMSEAL_C2PA: 'embedded' }).mode).toBe('embedded')
    expect(read({ ...certificates, STREAMSEAL_C2PA: 'off' }).mode).toBe('off')
  })

  test('trusts nobody unless told whom', () => {
    expect(read(certificates).trustPath).toBeUndefined()
    expect(read({ STREAMSEAL_C2PA_TRUST: 'anchors.pem' }).trustPath).toBe(resolve('anchors.pem'))
  })

  test('asks an authority for time-stamps where one is named, at a public address unless told otherwise', () => {
    expect(read({}).timestamps).toBeUndefined()
    const env = { STREAMSEAL_C2PA_TSA: 'http://time.example/tsa' }
    expect(read(env).timestamps).toEqual({ url: 'http://time.example/tsa', allowPrivate: false })
    expect(read({ ...env, STREAMSEAL_C2PA_TSA_PRIVATE: 'on' }).timestamps?.allowPrivate).toBe(true)
    expect(read({ STREAMSEAL_C2PA_TSA_TRUST: 'time.pem' }).timestampTrustPath).toBe(resolve('time.pem'))
    const error = (): unknown => read({ STREAMSEAL_C2PA_TSA: 'http://me:secret@time.example' })
    expect(error).toThrow('without a user name or password')
    expect(error).not.toThrow('secret')
  })

  test.each([
    [{ STREAMSEAL_C2PA_TSA: 'file:///etc/passwd' }, 'STREAMSEAL_C2PA_TSA'],
    [{ STREAMSEAL_C2PA_TSA_PRIVATE: 'yes' }, 'STREAMSEAL_C2PA_TSA_PRIVATE="yes"'],
    [{ STREAMSEAL_C2PA: 'always' }, 'STREAMSEAL_C2PA="always"'],
    [{ STREAMSEAL_C2PA: 'stored' }, 'STREAMSEAL_C2PA="stored" without STREAMSEAL_C2PA_CERT'],
    [{ STREAMSEAL_C2PA_CERT: 'chain.pem' }, 'STREAMSEAL_C2PA_CERT without STREAMSEAL_C2PA_KEY'],
    [{ STREAMSEAL_C2PA_KEY: 'key.pem' }, 'STREAMSEAL_C2PA_KEY without STREAMSEAL_C2PA_CERT'],
    [{ STREAMSEAL_C2PA_DEVELOPMENT: 'yes' }, 'STREAMSEAL_C2PA_DEVELOPMENT="yes"'],
    [{ STREAMSEAL_C2PA_DEVELOPMENT: '1', NODE_ENV: 'production' }, 'NODE_ENV="production"'],
  ])('refuses %o', (env, message) => {
    expect(() => read(env)).toThrow(ConfigError)
    expect(() => read(env)).toThrow(message)
  })
})
