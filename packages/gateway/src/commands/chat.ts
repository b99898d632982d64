/** `streamseal chat`: a conversation in the terminal that is there again tomorrow. */
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline/promises'
import { strip } from '@streamseal/seal'
import { StreamError } from '@streamseal/stream'
import { type ChatSession, declare, type Memory } from '@streamseal/stream/declare'
import { sqliteMemory } from '@streamseal/stream/declare/sqlite'
import { type Command, Option } from 'commander'
import { createLineReader, type Said } from './chat-lines.ts'
import { type OpenedModels, openModels } from './open-models.ts'

interface ChatFlags {
  readonly model?: string
  readonly system?: string
  readonly session: string
  readonly seal?: string
}

/** Adds the command. */
export function addChat(program: Command): void {
  program
    .command('chat')
    .description('talk with a model; what was said is kept in the data directory')
    .option('-m, --model <name>', 'the model (STREAMSEAL_MODEL; default: the first that is listed)')
    .option('-s, --system <text>', 'what the model is told first')
    .option('--session <name>', 'which conversation to go on with', 'default')
    .addOption(
      new Option('--seal <how>', 'how answers are sealed (STREAMSEAL_SEAL)').choices([
        'full',
        'light',
        'off',
      ]),
    )
    .action(chat)
}

async function chat(flags: ChatFlags): Promise<void> {
  const opened = await openModels(flags.seal === undefined ? {} : { STREAMSEAL_SEAL: flags.seal })
  const memory = sqliteMemory(join(opened.config.dataDirectory, 'chats.db'))
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: prompts.new })
  try {
    await new Conversation(flags, opened, memory, terminal).run()
  } finally {
    terminal.close()
    await memory.close()
  }
}

const prompts = { new: '> ', more: '… ' }

const help = `/model [name]  tell the model, or switch to another
/history       show what was said
/clear         forget this conversation
/help          show this
/quit          leave (or Ctrl-D)
A line that ends with \\ goes on in the next one; so does everything between two lines of """.
Ctrl-C stops an answer and keeps what has come; where nothing is answered, it leaves.`

class Conversation {
  readonly #flags: ChatFlags
  readonly #opened: OpenedModels
  readonly #memory: Memory
  readonly #terminal: Interface
  #session: ChatSession<string, true> | undefined
  #model = ''
  #stop: AbortController | undefined
  #isClosed = false

  constructor(flags: ChatFlags, opened: OpenedModels, memory: Memory, terminal: Interface) {
    this.#flags = flags
    this.#opened = opened
    this.#memory = memory
    this.#terminal = terminal
  }

  async run(): Promise<void> {
    // Asked for at once: lines that come while the model is looked for would be lost.
    const lines = this.#terminal[Symbol.asyncIterator]()
    this.#session = await this.#open(this.#flags.model)
    const said = await this.#session.conversation()
    this.#say(`${this.#model}, ${said.length} messages before; /help tells what else there is`)
    const reader = createLineReader()
    // In a terminal Ctrl-C is a key, elsewhere it is a signal.
    this.#terminal.on('SIGINT', () => this.#interrupt())
    this.#terminal.once('close', () => {
      this.#isClosed = true
    })
    process.on('SIGINT', () => this.#interrupt())
    this.#askForMore(false)
    for await (const line of lines) {
      const heard = reader.take(line)
      if (heard?.kind === 'command' && heard.name === 'quit') return
      if (heard !== undefined) await this.#hear(heard)
      this.#askForMore(reader.isOpen)
    }
    // Whoever leaves a terminal in the middle of a text does not mean it; what is piped in is meant to its end.
    const rest = process.stdin.isTTY ? undefined : reader.end()
    if (rest !== undefined) await this.#hear(rest)
  }

  /** Newer versions of Node throw where a closed terminal is asked: piped input has ended before its last line is answered. */
  #askForMore(isOpen: boolean): void {
    if (this.#isClosed) return
    this.#terminal.setPrompt(isOpen ? prompts.more : prompts.new)
    this.#terminal.prompt()
  }

  /** Stops the answer under way, or leaves. */
  #interrupt(): void {
    if (this.#stop === undefined) this.#terminal.close()
    else this.#stop.abort()
  }

  async #open(name: string | undefined): Promise<ChatSession<string, true>> {
    const model = await this.#opened.find(name)
    const { seal } = this.#opened
    this.#model = `${model.provider} ${model.modelId}`
    const { session: sessionId, system } = this.#flags
    const declared = declare.with(model, { stream: true, ...(seal === undefined ? {} : { seal }) })
    const open = declared.chat({ memory: this.#memory })
    return open({ sessionId, ...(system === undefined ? {} : { system }) })
  }

  async #hear(heard: Said): Promise<void> {
    try {
      if (heard.kind === 'text') await this.#answer(heard.text)
      else await this.#obey(heard.name, heard.argument)
    } catch (error) {
      // One answer that fails does not end the conversation.
      this.#say(error instanceof Error ? error.message : String(error))
    }
  }

  async #answer(question: string): Promise<void> {
    const stop = new AbortController()
    this.#stop = stop
    try {
      const stream = this.#session?.send(question, { signal: stop.signal }) ?? []
      for await (const { delta } of stream) process.stdout.write(strip(delta))
      process.stdout.write('\n')
    } catch (error) {
      process.stdout.write('\n')
      if (!(error instanceof StreamError && error.code === 'ABORTED')) throw error
      this.#say('stopped; what has come is kept')
    } finally {
      this.#stop = undefined
    }
  }

  async #obey(name: string, argument: string): Promise<void> {
    if (name === 'help') this.#say(help)
    else if (name === 'history') await this.#showHistory()
    else if (name === 'clear') await this.#clear()
    else if (name === 'model') await this.#switch(argument)
    else this.#say(`Cannot do "/${name}": /help tells what there is`)
  }

  async #switch(name: string): Promise<void> {
    if (name !== '') this.#session = await this.#open(name)
    this.#say(this.#model)
  }

  async #showHistory(): Promise<void> {
    for (const { role, content, status } of (await this.#session?.conversation()) ?? []) {
      const text = typeof content === 'string' ? strip(content) : JSON.stringify(content)
      const ended = status === 'aborted' || status === 'failed' ? ` (${status})` : ''
      process.stdout.write(`${role}${ended}: ${text}\n`)
    }
  }

  async #clear(): Promise<void> {
    await this.#session?.clear()
    this.#say('forgotten')
  }

  /** Words of ours, apart from what the model says. */
  #say(text: string): void {
    process.stderr.write(`${text}\n`)
  }
}
