/** A memory in a folder: a file a session, a line an append. A line is written in one call, so that writers never mix. */
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChatMessage, Memory } from '../memory.ts'

/**
 * Keeps sessions in `folder`, which is made where it is missing, for its owner's eyes only. Processes of one machine may
 * share it; a network file system may mix their lines.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtempSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { fileMemory } from '@streamseal/stream/declare/file'
 * const memory = fileMemory(mkdtempSync(join(tmpdir(), 'chats-')))
 * await memory.append('s1', [{ role: 'user', content: 'Hello', turnId: 't1', at: '2026-11-21T08:00:00Z' }])
 * assert.equal((await memory.load('s1')).length, 1)
 * ```
 */
export function fileMemory(folder: string): Memory {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const fileOf = (sessionId: string): string => join(folder, `${nameOf(sessionId)}.jsonl`)
  return {
    load: async sessionId => readLines(await readIfThere(fileOf(sessionId))),
    append: (sessionId, messages) => appendLine(fileOf(sessionId), JSON.stringify(messages)),
    clear: sessionId => rm(fileOf(sessionId), { force: true }),
    close: async () => undefined,
  }
}

/** A session's id may be anything; a file's name may not. */
function nameOf(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('hex').slice(0, 32)
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Every line that is whole; of a crash in the middle of one, half a line is left, which the next append closes. */
function readLines(text: string): ChatMessage[] {
  return text.split('\n').flatMap(line => {
    try {
      return JSON.parse(line) as ChatMessage[]
    } catch {
      return []
    }
  })
}

async function appendLine(file: string, line: string): Promise<void> {
  const handle = await open(file, 'a', 0o600)
  try {
    // The line end comes first too: after half a line of a crash, this one stands alone. POSIX appends each write whole.
    const bytes = Buffer.from(`\n${line}\n`)
    const { bytesWritten } = await handle.write(bytes)
    if (bytesWritten < bytes.length) {
      throw new Error(
        `Cannot keep the chat in "${file}": ${bytesWritten} of ${bytes.length} bytes were written`,
      )
    }
    await handle.datasync()
  } finally {
    await handle.close()
  }
}
