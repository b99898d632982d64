/** `seal`, `verify`, `inspect`, `strip`: the seal on the command line, text in and text out. */

import { inspect, seal, strip, verify } from '@streamseal/seal'
import type { Command } from 'commander'
import { readConfig } from '../config/read-config.ts'
import { exitCodes } from '../exit-codes.ts'
import { openKeyRing } from '../keys/key-ring.ts'
import { findDetached } from '../sealing/find-detached.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { withStore } from '../store/with-store.ts'
import { readInput } from './read-input.ts'
import { readTrust } from './read-trust.ts'
import { exitCodeOf, reportLines } from './report-lines.ts'

const fileArgument = '[file]'
const fileMeaning = 'a file; default: standard input'

/** Adds the commands. */
export function addTextCommands(program: Command): void {
  addSeal(program)
  addVerify(program)
  program
    .command('inspect')
    .description('say which marks a text holds, unchecked; exit code 1 where there are none')
    .argument(fileArgument, fileMeaning)
    .option('--json', 'print JSON')
    .action(inspectText)
  program
    .command('strip')
    .description('print a text without our marks')
    .argument(fileArgument, fileMeaning)
    .option('--json', 'print JSON')
    .action(stripText)
}

function addSeal(program: Command): void {
  program
    .command('seal')
    .description(
      "seal a text with this machine's key; a closing that has no place in it goes to --detached, or to standard error",
    )
    .argument(fileArgument, fileMeaning)
    .requiredOption('--model <name>', 'the model that wrote the text')
    .option('--provider <name>', "the model's provider")
    .option('--issuer <name>', 'who issues; default: STREAMSEAL_ISSUER')
    .option('--light', 'one mark at the end instead of one a segment')
    .option('--format <format>', 'markdown, plain, code or json', 'markdown')
    .option('--json', 'print { text, detached? }')
    .action(sealText)
}

function addVerify(program: Command): void {
  program
    .command('verify')
    .description(
      'say who issued a text and what was changed; exit code 0 intact or reformatted, 1 anything else, 3 unsealed',
    )
    .argument(fileArgument, fileMeaning)
    .option('--detached <closing>', 'the closing that was kept beside the text')
    .option('--keys <path-or-url>', "whose keys to trust; default: this machine's own")
    .option('--json', 'print the report')
    .action(verifyText)
}

interface SealFlags {
  readonly model: string
  readonly provider?: string
  readonly issuer?: string
  readonly light?: boolean
  readonly format: 'markdown' | 'plain' | 'code' | 'json'
  readonly json?: boolean
}

async function sealText(file: string | undefined, flags: SealFlags): Promise<void> {
  const config = readConfig(process.env)
  openDataDirectory(config.dataDirectory)
  const { signer } = await openKeyRing(config.dataDirectory)
  const issuer = flags.issuer ?? config.issuer ?? config.publicUrl
  const sealed = await seal(await readInput(file), {
    signer,
    claims: {
      model: flags.model,
      ...(flags.provider === undefined ? {} : { provider: flags.provider }),
      ...(issuer === undefined ? {} : { issuer }),
    },
    profile: flags.light === true ? 'light' : 'full',
    format: flags.format,
  })
  if (flags.json === true) return print(sealed)
  process.stdout.write(sealed.text)
  if (sealed.detached !== undefined) process.stderr.write(`detached: ${sealed.detached}\n`)
}

interface VerifyFlags {
  readonly detached?: string
  readonly keys?: string
  readonly json?: boolean
}

async function verifyText(file: string | undefined, flags: VerifyFlags): Promise<void> {
  const config = readConfig(process.env)
  const text = await readInput(file)
  const detached = flags.detached ?? withStore(config, store => findDetached(text, store))
  const report = await verify(text, {
    trust: await readTrust(flags.keys, config),
    ...(detached === undefined ? {} : { detached }),
  })
  if (flags.json === true) print(report)
  else process.stdout.write(`${reportLines(report).join('\n')}\n`)
  process.exitCode = exitCodeOf(report)
}

interface JsonFlag {
  readonly json?: boolean
}

async function inspectText(file: string | undefined, { json }: JsonFlag): Promise<void> {
  const { text, ...found } = inspect(await readInput(file))
  if (json === true) print(found)
  else for (const line of inspectionLines(found)) process.stdout.write(`${line}\n`)
  if (found.marks.length === 0) process.exitCode = exitCodes.notIntact
}

function inspectionLines({
  seals,
  foreign,
}: Pick<ReturnType<typeof inspect>, 'seals' | 'foreign'>): string[] {
  return [
    ...seals.map(
      ({ streamId, keyIdPrefix, algorithm, marks }) =>
        `seal ${streamId}: ${marks} marks, ${algorithm}, key ${keyIdPrefix}…`,
    ),
    ...foreign.map(({ kind, start, end }) => `${kind}: at ${start}, ${end - start} code units`),
    ...(seals.length + foreign.length === 0 ? ['nothing found'] : []),
  ]
}

async function stripText(file: string | undefined, { json }: JsonFlag): Promise<void> {
  const text = strip(await readInput(file))
  if (json === true) print({ text })
  else process.stdout.write(text)
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}
