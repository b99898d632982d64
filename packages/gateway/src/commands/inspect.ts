/** `streamseal inspect`: which marks and payloads a text holds, unchecked. */
import { type Inspection, inspect, type MarkFound } from '@streamseal/seal'
import type { Command } from 'commander'
import { exitCodes } from '../exit-codes.ts'
import { printJson, printLines } from './print.ts'
import { readInput } from './read-input.ts'
import { addTextCommand, type TextFlags } from './text-command.ts'

/** Adds the command. */
export function addInspect(program: Command): void {
  addTextCommand(
    program,
    'inspect',
    'say which marks a text holds, unchecked; exit code 1 where there are none',
    'print seals, marks and other systems’ payloads',
  ).action(inspectText)
}

async function inspectText(file: string | undefined, { json, maxBytes }: TextFlags): Promise<void> {
  const { text: _clean, ...found } = inspect(await readInput(file, maxBytes))
  if (found.marks.length === 0) process.exitCode = exitCodes.notIntact
  if (json) printJson(found)
  else printLines(inspectionLines(found))
}

function inspectionLines({ seals, marks, foreign }: Omit<Inspection, 'text'>): string[] {
  const unknown = marks.filter(({ kind }) => kind === 'unknown')
  return [
    ...seals.flatMap(({ streamId, keyIdPrefix, algorithm, marks: count }) => [
      `seal ${streamId}: ${count} marks, ${algorithm}, key ${keyIdPrefix}…`,
      ...marks.filter(mark => mark.streamId === streamId).map(mark => `  ${markLine(mark)}`),
    ]),
    ...unknown.map(markLine),
    ...foreign.map(({ kind, start, end }) => `${kind}: at ${start}, ${end - start} code units`),
    ...(marks.length + foreign.length === 0 ? ['nothing found'] : []),
  ]
}

function markLine({ kind, index, count, ending, start, end }: MarkFound): string {
  const what = {
    opening: 'opening',
    segment: `segment ${index}`,
    closing: `closing, ${ending}`,
    unknown: 'mark of a later version',
  }
  const behind = count === undefined ? '' : `, behind ${count} segments`
  return `${what[kind]}${behind}: at ${start}, ${end - start} code units`
}
