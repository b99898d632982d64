import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildMain, newDataDirectory, removeData, start } from './run-streamseal.ts'

let main: string
beforeAll(async () => {
  main = await buildMain()
})
afterAll(removeData)

const fast = { STREAMSEAL_DEMO_TOKENS_PER_SECOND: '100000' }

test('ask: the answer comes on standard output, sealed, and verify believes it', async () => {
  const data = { ...fast, STREAMSEAL_DATA_DIR: newDataDirectory() }
  const { code, stdout } = await start(main, ['ask', 'Tell', 'me', 'something'], data).ended
  expect(code).toBe(0)
  expect(stdout.length).toBeGreaterThan(100)
  const json = await start(main, ['ask', '--json', 'Tell me something'], data).ended
  const { text, seal, provider } = JSON.parse(json.stdout)
  expect(provider).toBe('demo')
  const detached = seal.detached === undefined ? [] : ['--detached', seal.detached]
  const verified = await start(main, ['verify', '--json', ...detached], data, text).ended
  expect(JSON.parse(verified.stdout)).toMatchObject({ status: 'intact', seals: [{ signer: 'trusted' }] })
})

test('ask: text that is piped in is added to the question, and with --seal off nothing is sealed', async () => {
  const { stdout } = await start(main, ['ask', '--seal', 'off', 'Repeat this'], fast, 'piped words').ended
  expect(stdout).not.toMatch(/[\u{e0100}-\u{e01ef}]/u)
})

test('ask: without a question it says so, and an unknown model is named', async () => {
  const empty = await start(main, ['ask'], fast).ended
  expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('no question was given') })
  const unknown = await start(main, ['ask', '-m', 'no-such-model', 'x'], fast).ended
  expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining('"no-such-model"') })
})

test('ask: Ctrl-C keeps what has come, sealed as aborted', async () => {
  const data = { STREAMSEAL_DEMO_TOKENS_PER_SECOND: '20', STREAMSEAL_DATA_DIR: newDataDirectory() }
  const asked = start(main, ['ask', 'Tell me a long story'], data)
  await asked.waitFor(/\w+ \w+ \w+/)
  asked.child.kill('SIGINT')
  const { code, stdout } = await asked.ended
  expect(code).toBe(130)
  expect(stdout.length).toBeGreaterThan(5)
})

test('chat: goes on the next time, switches models, and takes texts of several lines', async () => {
  const data = { ...fast, STREAMSEAL_DATA_DIR: newDataDirectory() }
  const first = await start(main, ['chat'], data, 'Hello\n/model\n/nonsense\n/quit\n').ended
  expect(first.code).toBe(0)
  expect(first.stderr).toContain('0 messages before')
  expect(first.stderr).toContain('Cannot do "/nonsense"')
  const second = await start(main, ['chat'], data, '"""\nline one\nline two\n"""\n/history\n').ended
  expect(second.stderr).toContain('2 messages before')
  expect(second.stdout).toContain('user: Hello\n')
  expect(second.stdout).toContain('user: line one\nline two\n')
  const other = await start(main, ['chat', '--session', 'other'], data, '/clear\n"""\nlast words').ended
  expect(other.stderr).toContain('0 messages before')
  expect(other.stderr).toContain('forgotten')
  // What is piped in is answered to its end, the fence closed or not.
  expect(other.stdout.length).toBeGreaterThan(100)
})

test('chat: Ctrl-C stops an answer and keeps what has come; where nothing is answered, it leaves', async () => {
  const data = { STREAMSEAL_DEMO_TOKENS_PER_SECOND: '20', STREAMSEAL_DATA_DIR: newDataDirectory() }
  const { child, waitFor, ended } = start(main, ['chat'], data, { open: true })
  child.stdin?.write('Tell me a long story\n')
  await waitFor(/\w+ \w+ \w+/)
  child.kill('SIGINT')
  child.stdin?.write('/history\n')
  await waitFor(/assistant \(aborted\): \w+/)
  child.kill('SIGINT')
  expect(await ended).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('stopped; what has come is kept'),
  })
})
