/** `streamseal sanitize`: a text without anything that can hide a payload, and what was taken out. */
import { type Removed, type Sanitized, sanitize } from '@streamseal/seal'
import type { Command } from 'commander'
import { hiddenKinds } from '../config/hidden-kinds.ts'
import { exitCodes } from '../exit-codes.ts'
import { toHiddenKinds } from './hidden-kinds.ts'
import { printJson } from './print.ts'
import { readInput } from './read-input.ts'
import { addTextCommand, type TextFlags } from './text-command.ts'

interface SanitizeFlags extends TextFlags {
  readonly keep?: Removed['kind'][]
  readonly check?: boolean
}

/** More findings than this are counted, not listed. */
const maxListed = 50

/** Adds the command. */
export function addSanitize(program: Command): void {
  addTextCommand(
    program,
    'sanitize',
    'print a text without hidden payloads, and say on standard error what was taken out',
    'print { text, removed }',
  )
    .option(
      '--keep <kinds>',
      `leave these as they are, separated by commas: ${hiddenKinds.join(', ')}`,
      toHiddenKinds,
    )
    .option('--check', 'print no text; exit code 1 where there is something to take out')
    .action(sanitizeText)
}

async function sanitizeText(
  file: string | undefined,
  { json, keep = [], check, maxBytes }: SanitizeFlags,
): Promise<void> {
  const given = await readInput(file, maxBytes)
  const { text, removed } = sanitize(given, { keep })
  if (check && removed.length > 0) process.exitCode = exitCodes.notIntact
  if (json) return printJson(check ? { removed } : { text, removed })
  if (!check) process.stdout.write(text)
  process.stderr.write(
    findingLines(given, removed)
      .map(line => `${line}\n`)
      .join(''),
  )
}

function findingLines(given: string, removed: Sanitized['removed']): string[] {
  const more = removed.length - maxListed
  return [
    ...removed
      .slice(0, maxListed)
      .map(
        ({ kind, start, end, count }) =>
          `${kind}: line ${lineOf(given, start)}, at ${start} to ${end}, ${count} characters`,
      ),
    ...(more > 0 ? [`and ${more} more; --json lists all`] : []),
  ]
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}
