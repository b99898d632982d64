/** `streamseal strip`: a text without our marks. */
import { strip } from '@streamseal/seal'
import { type Command, InvalidArgumentError } from 'commander'
import { exitCodes } from '../exit-codes.ts'
import { printJson } from './print.ts'
import { readInput } from './read-input.ts'
import { addTextCommand, type TextFlags } from './text-command.ts'

const others = ['encypher', 'c2pa'] as const
type Other = (typeof others)[number]

interface StripFlags extends TextFlags {
  readonly also?: Other[]
  readonly check?: boolean
}

/** Adds the command. */
export function addStrip(program: Command): void {
  addTextCommand(program, 'strip', 'print a text without our marks', 'print { text, changed }')
    .option('--also <systems>', 'take out payloads of these too: encypher, c2pa', toOthers)
    .option('--check', 'print nothing; exit code 1 where there is something to take out')
    .action(stripText)
}

async function stripText(
  file: string | undefined,
  { json, also = [], check, maxBytes }: StripFlags,
): Promise<void> {
  const given = await readInput(file, maxBytes)
  const text = strip(given, { also })
  const changed = text !== given
  if (check && changed) process.exitCode = exitCodes.notIntact
  if (json) printJson(check ? { changed } : { text, changed })
  else if (!check) process.stdout.write(text)
}

function toOthers(list: string): Other[] {
  return list.split(',').map(name => {
    const found = others.find(other => other === name.trim())
    if (found === undefined) throw new InvalidArgumentError(`"${name}" is none of ${others.join(', ')}.`)
    return found
  })
}
