/** One input for one target: what it finds, and the processor time that it takes. */
import { kindOf } from './finding.ts'
import type { Target } from './targets.ts'

/** What became of an input. */
export interface Outcome {
  /** What was found, or nothing. */
  found?: string
  /** Processor time, in milliseconds: other programs on the machine do not count. */
  cpuMs: number
}

/** A longer time is a finding: a bound a text, and a bound a character, in milliseconds. */
const MAX_MS = 400
const MAX_MS_PER_UNIT = 0.02

export async function tryInput(target: Target, input: string): Promise<Outcome> {
  const before = process.cpuUsage()
  const found = await foundBy(target, input)
  const { user, system } = process.cpuUsage(before)
  return { cpuMs: (user + system) / 1000, ...(found !== undefined && { found }) }
}

async function foundBy(target: Target, input: string): Promise<string | undefined> {
  try {
    await target.run(input)
    return undefined
  } catch (error) {
    return kindOf(error)
  }
}

/** Whether an input takes longer than its length allows, three times of three. */
export async function isSlow(target: Target, input: string, { cpuMs }: Outcome): Promise<boolean> {
  const allowed = MAX_MS + MAX_MS_PER_UNIT * input.length
  if (cpuMs <= allowed) return false
  for (let times = 0; times < 3; times++) if ((await tryInput(target, input)).cpuMs <= allowed) return false
  return true
}

/** Whether eight times the text takes more than 24 times as long, three times of three. */
export async function growsTooFast(target: Target, piece: string): Promise<boolean> {
  const count = Math.ceil(16_384 / Math.max(1, piece.length))
  for (let times = 0; times < 3; times++) {
    const short = await tryInput(target, piece.repeat(count))
    const long = await tryInput(target, piece.repeat(8 * count))
    if (long.cpuMs < 200 || long.cpuMs <= 24 * Math.max(short.cpuMs, 1)) return false
  }
  return true
}

/** The input with as much left out as can be while the same is found. */
export async function smallest(target: Target, input: string, found: string): Promise<string> {
  let small = input
  let tries = 0
  for (let size = small.length >> 1; size >= 1 && tries < 4000; size = size >> 1) {
    for (let at = 0; at < small.length && tries < 4000; tries++) {
      const shorter = small.slice(0, at) + small.slice(at + size)
      if ((await foundBy(target, shorter)) === found) small = shorter
      else at += size
    }
  }
  return small
}
