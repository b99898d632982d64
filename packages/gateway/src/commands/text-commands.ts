/** The seal on the command line, text in and text out. */
import type { Command } from 'commander'
import { addInspect } from './inspect.ts'
import { addSanitize } from './sanitize.ts'
import { addSeal } from './seal.ts'
import { addStrip } from './strip.ts'
import { addVerify } from './verify.ts'

/** Adds the commands. */
export function addTextCommands(program: Command): void {
  addSeal(program)
  addVerify(program)
  addInspect(program)
  addStrip(program)
  addSanitize(program)
}
