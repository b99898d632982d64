/** `streamseal seal`: a text with this machine's marks, whole or as it comes. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type SealOptions, SealStream, seal } from '@streamseal/seal'
import { type Command, Option } from 'commander'
import { loadConfig } from '../config/load-config.ts'
import { openKeyRing } from '../keys/key-ring.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { printJson } from './print.ts'
import { openInput, readInput } from './read-input.ts'
import { addTextCommand, type TextFlags } from './text-command.ts'
import { UsageError } from './usage-error.ts'

const formats = ['markdown', 'plain', 'code', 'json'] as const
const endings = ['complete', 'aborted', 'length-limited', 'failed'] as const

interface SealFlags extends TextFlags {
  readonly model: string
  readonly provider?: string
  readonly issuer?: string
  readonly light?: boolean
  readonly stream?: boolean
  readonly format: (typeof formats)[number]
  readonly ending: (typeof endings)[number]
}

/** Adds the command. */
export function addSeal(program: Command): void {
  addTextCommand(
    program,
    'seal',
    "seal a text with this machine's key; a closing that has no place in it goes to standard error",
    'print { text, detached? }',
  )
    .requiredOption('--model <name>', 'the model that wrote the text')
    .option('--provider <name>', "the model's provider")
    .option('--issuer <name>', 'who issues; default: STREAMSEAL_ISSUER')
    .option('--light', 'one mark at the end instead of one a segment')
    .option('--stream', 'seal while the text arrives, and hold nothing back')
    .addOption(new Option('--format <format>', 'what the text is').choices(formats).default('markdown'))
    .addOption(new Option('--ending <ending>', 'how the text ended').choices(endings).default('complete'))
    .action(sealText)
}

async function sealText(file: string | undefined, flags: SealFlags): Promise<void> {
  if (flags.stream && flags.json)
    throw new UsageError('Cannot use --stream with --json: JSON is written at the end')
  const options = await sealOptions(flags)
  if (flags.stream) return sealStream(file, options)
  const sealed = await seal(await readInput(file, flags.maxBytes), options)
  if (flags.json) return printJson(sealed)
  process.stdout.write(sealed.text)
  tellDetached(sealed.detached)
}

async function sealOptions(flags: SealFlags): Promise<SealOptions> {
  const config = loadConfig(process.env)
  openDataDirectory(config.dataDirectory)
  const { signer } = await openKeyRing(config.dataDirectory)
  const issuer = flags.issuer ?? config.issuer ?? config.publicUrl
  const claims = {
    model: flags.model,
    ...(flags.provider !== undefined && { provider: flags.provider }),
    ...(issuer !== undefined && { issuer }),
  }
  const { format, ending } = flags
  return { signer, claims, profile: flags.light ? 'light' : 'full', format, ending }
}

/** As a stream is sealed: a text of any length, in bounded memory. */
async function sealStream(file: string | undefined, options: SealOptions): Promise<void> {
  const { stream, name } = openInput(file)
  const sealing = new SealStream(options)
  const decoder = new TextDecoderStream('utf-8', { fatal: true, ignoreBOM: true })
  const sealed = Readable.toWeb(stream).pipeThrough(decoder).pipeThrough(sealing)
  try {
    await pipeline(Readable.from(sealed), process.stdout, { end: false })
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new Error(`Cannot read ${name}: it is not UTF-8`, { cause })
  }
  tellDetached((await sealing.sealed).detached)
}

function tellDetached(detached: string | undefined): void {
  if (detached !== undefined) process.stderr.write(`detached: ${detached}\n`)
}
