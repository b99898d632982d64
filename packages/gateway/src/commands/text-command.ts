/** What the commands that take a text have in common: where it comes from, and its limit. */
import type { Command } from 'commander'
import { maxInputBytes, toMaxBytes } from './read-input.ts'

/** The flags of every such command. */
export interface TextFlags {
  readonly json?: boolean
  readonly maxBytes?: number
}

/** Adds a command that takes `[file]`, `--json` and `--max-bytes`. */
export function addTextCommand(program: Command, name: string, description: string, json: string): Command {
  return program
    .command(name)
    .description(description)
    .argument('[file]', 'a file; default: standard input')
    .option('--json', json)
    .option(
      '--max-bytes <number>',
      `take texts of at most so many bytes (default: ${maxInputBytes})`,
      toMaxBytes,
    )
}
