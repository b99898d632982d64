import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildMain, newDataDirectory, removeData } from './run-streamseal.ts'

const driver = fileURLToPath(new URL('terminal.py', import.meta.url))
const hasTerminal = spawnSync('python3', ['-c', 'import pty']).status === 0
const ctrlC = '\u0003'
const ctrlD = '\u0004'

let main: string
beforeAll(async () => {
  main = await buildMain()
})
afterAll(removeData)

/** Runs the command in a terminal; each step waits for what is shown, and types. */
function inTerminal(
  args: readonly string[],
  env: Record<string, string>,
  steps: readonly (readonly [shown: string, typed: string])[],
): { code: number | null; shown: string; stderr: string } {
  const command = [driver, JSON.stringify(steps), process.execPath, main, ...args]
  const { status, stdout, stderr } = spawnSync('python3', command, {
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TERM: 'xterm',
      OLLAMA_HOST: 'http://127.0.0.1:9',
      ...env,
    },
  })
  return { code: status, shown: stripVTControlCharacters(stdout).replaceAll('\r', ''), stderr }
}

describe.skipIf(!hasTerminal)(
  'in a terminal (skipped where python3 is not installed)',
  { timeout: 150_000 },
  () => {
    const slow = { STREAMSEAL_DEMO_TOKENS_PER_SECOND: '20' }
    const fast = { STREAMSEAL_DEMO_TOKENS_PER_SECOND: '100000' }

    test('chat: Ctrl-C stops an answer and keeps what has come, a second one leaves; the history is there again', () => {
      const data = { STREAMSEAL_DATA_DIR: newDataDirectory() }
      const first = inTerminal(['chat'], { ...data, ...slow }, [
        ['> ', 'Tell me a long story\r'],
        ['story[\\s\\S]*?\\w+ \\w+ \\w+ ', ctrlC],
        ['what has come is kept[\\s\\S]*> ', '/history\r'],
        ['assistant \\(aborted\\): \\w+[\\s\\S]*> ', ctrlC],
      ])
      expect(first.stderr).toBe('')
      expect(first.code).toBe(0)
      const second = inTerminal(['chat'], { ...data, ...fast }, [
        ['2 messages before[\\s\\S]*> ', '/history\r'],
        ['user: Tell me a long story\\s+assistant \\(aborted\\): \\w+[\\s\\S]*> ', ctrlD],
      ])
      expect(second.stderr).toBe('')
      expect(second.code).toBe(0)
    })

    test('chat: takes texts of several lines, switches the model, and shows no marks', () => {
      const { code, shown, stderr } = inTerminal(
        ['chat'],
        { ...fast, STREAMSEAL_DATA_DIR: newDataDirectory() },
        [
          ['> ', 'one\\\r'],
          ['… ', 'two\r'],
          ['\\w\\W[\\s\\S]*\\[0J> ', '"""\r'],
          ['… ', '/quit is text here\r'],
          ['… ', '"""\r'],
          ['\\w\\W[\\s\\S]*\\[0J> ', '/model no-such-model\r'],
          ['no-such-model"[\\s\\S]*> ', '/model demo\r'],
          ['demo[\\s\\S]*> ', '/history\r'],
          ['user: one\\s+two\\s[\\s\\S]*user: /quit is text here\\s[\\s\\S]*> ', '/quit\r'],
        ],
      )
      expect(stderr).toBe('')
      expect(code).toBe(0)
      expect(shown).not.toMatch(/[\u{e0100}-\u{e01ef}]/u)
    })

    test('ask: shows no marks, and Ctrl-C keeps what has come', () => {
      const data = { STREAMSEAL_DATA_DIR: newDataDirectory() }
      const asked = inTerminal(['ask', 'Hello'], { ...data, ...fast }, [])
      expect(asked.code).toBe(0)
      expect(asked.shown.length).toBeGreaterThan(50)
      expect(asked.shown).not.toMatch(/[\u{e0100}-\u{e01ef}]/u)
      const stopped = inTerminal(['ask', 'Tell me a long story'], { ...data, ...slow }, [
        ['\\w+ \\w+ \\w+ ', ctrlC],
      ])
      expect(stopped.stderr).toBe('')
      expect(stopped.code).toBe(130)
      expect(stopped.shown).toMatch(/\w+ \w+ \w+/)
    })
  },
)
