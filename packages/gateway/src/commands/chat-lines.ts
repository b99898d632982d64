/** What is typed, line by line, as commands and texts of any number of lines. */

/** A whole thing that was said. */
export type Said = { kind: 'text'; text: string } | { kind: 'command'; name: string; argument: string }

/** Takes lines. */
export interface LineReader {
  /** What the line completes, or `undefined` where more is to come or nothing was said. */
  take(line: string): Said | undefined
  /** No more lines come: what was begun is the whole, where there is anything. */
  end(): Said | undefined
  /** Whether a text has begun that is not complete. */
  readonly isOpen: boolean
}

const fence = '"""'

/** A reader at its beginning. */
export function createLineReader(): LineReader {
  let lines: string[] = []
  let isFenced = false
  const complete = (): Said | undefined => {
    const text = lines.join('\n')
    lines = []
    isFenced = false
    return text.trim() === '' ? undefined : { kind: 'text', text }
  }
  const takeFenced = (line: string): Said | undefined => {
    if (line.trim() === fence) return complete()
    lines.push(line)
    return undefined
  }
  const takePlain = (line: string): Said | undefined => {
    lines.push(line)
    return complete()
  }
  return {
    get isOpen() {
      return isFenced || lines.length > 0
    },
    end: complete,
    take(line) {
      if (isFenced) return takeFenced(line)
      const isFirst = lines.length === 0
      isFenced = isFirst && line.trim() === fence
      if (isFenced) return undefined
      if (line.endsWith('\\')) {
        lines.push(line.slice(0, -1))
        return undefined
      }
      return (isFirst ? toCommand(line) : undefined) ?? takePlain(line)
    },
  }
}

function toCommand(line: string): Said | undefined {
  const [, name, argument = ''] = /^\/(\w+)\s*(.*)$/.exec(line.trim()) ?? []
  return name === undefined ? undefined : { kind: 'command', name, argument }
}
