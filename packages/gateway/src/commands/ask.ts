/** `streamseal ask`: one question, its answer on standard output as it streams. */
import { strip } from '@streamseal/seal'
import { StreamError } from '@streamseal/stream'
import { declare, type TaskResult } from '@streamseal/stream/declare'
import { type Command, Option } from 'commander'
import { type OpenedModels, openModels } from './open-models.ts'
import { printJson } from './print.ts'
import { maxInputBytes, readInput, toMaxBytes } from './read-input.ts'
import { UsageError } from './usage-error.ts'

interface AskFlags {
  readonly model?: string
  readonly system?: string
  readonly seal?: string
  readonly json?: boolean
  readonly maxBytes?: number
}

/** Adds the command. */
export function addAsk(program: Command): void {
  program
    .command('ask')
    .description('ask a model once; the answer streams to standard output, sealed unless that is a terminal')
    .argument('[question...]', 'what is asked; text that is piped in is added below it')
    .option('-m, --model <name>', 'the model (STREAMSEAL_MODEL; default: the first that is listed)')
    .option('-s, --system <text>', 'what the model is told first')
    .addOption(
      new Option('--seal <how>', 'how the answer is sealed (STREAMSEAL_SEAL)').choices([
        'full',
        'light',
        'off',
      ]),
    )
    .option('--json', 'print { text, model, provider, finishReason, usage?, seal? } at the end')
    .option(
      '--max-bytes <number>',
      `take piped texts of at most so many bytes (default: ${maxInputBytes})`,
      toMaxBytes,
    )
    .action(ask)
}

async function ask(words: readonly string[], flags: AskFlags): Promise<void> {
  const question = await readQuestion(words, flags)
  const opened = await openModels(flags.seal === undefined ? {} : { STREAMSEAL_SEAL: flags.seal })
  const stop = new AbortController()
  // The first Ctrl-C stops the model: what has come stays, sealed as aborted. A second one ends the process as ever.
  process.once('SIGINT', () => stop.abort())
  try {
    await answer(question, flags, opened, stop.signal)
  } catch (error) {
    if (!(error instanceof StreamError && error.code === 'ABORTED')) throw error
    process.exitCode = interrupted
  }
}

/** As a shell says of a program that Ctrl-C ended. */
const interrupted = 130

async function readQuestion(words: readonly string[], { maxBytes }: AskFlags): Promise<string> {
  const asked = words.join(' ')
  const isPiped = !process.stdin.isTTY
  const piped = isPiped || asked === '' ? await readInput(undefined, maxBytes) : ''
  const question = [asked, piped.trim()].filter(text => text !== '').join('\n\n')
  if (question !== '') return question
  throw new UsageError('Cannot ask: no question was given, and standard input is empty')
}

async function answer(
  question: string,
  flags: AskFlags,
  opened: OpenedModels,
  signal: AbortSignal,
): Promise<void> {
  const { seal } = opened
  const model = await opened.find(flags.model)
  const chat = declare.with(model, seal === undefined ? {} : { seal }).chat({ streaming: true })
  const session = chat(flags.system === undefined ? {} : { system: flags.system })
  const stream = session.send(question, { signal })
  if (flags.json) return printAnswer(await stream.result())
  // Terminals show marks as boxes or gaps, and nobody copies an answer from there to be believed.
  const show = process.stdout.isTTY ? strip : (text: string): string => text
  try {
    for await (const { delta } of stream) process.stdout.write(show(delta))
  } finally {
    if (process.stdout.isTTY) process.stdout.write('\n')
  }
  const { seal: closing } = await stream.result()
  if (closing?.detached !== undefined && !process.stdout.isTTY) {
    process.stderr.write(`detached: ${closing.detached}\n`)
  }
}

function printAnswer({ text, llmResponse, finishReason, usage, seal }: TaskResult<unknown>): void {
  const { model, provider } = llmResponse
  printJson({
    text,
    model,
    provider,
    finishReason,
    usage,
    seal: seal && { streamId: seal.streamId, detached: seal.detached },
  })
}
