/** Cuts a stream of server-sent events into whole ones, each as it came (WHATWG HTML §9.2.5). Works on any string, byte strings too. */

/** Cuts a stream into events. */
export interface EventSplitter {
  /** Takes any slice of the stream and returns the events that are whole now, each with its blank line; none behind one that is too long. */
  feed(text: string): string[]
  /** What came after the last whole event. */
  readonly rest: string
  /** Whether nothing came after it. */
  readonly isEmpty: boolean
  /** True once an event was longer than the bound; nothing more comes. */
  readonly isOverlong: boolean
}

/** Two line ends in a row: the end of an event. A last \r may be half of \r\n, so it ends nothing yet. */
const blankLine = /(?:\r\n|\n|\r(?=[^\n]))(?:\r\n|\n|\r(?=[^\n]))/g

/** As far back as a blank line can reach that ends in new text. */
const seamChars = 3

/** Makes a splitter; `maxEventBytes` bounds every event, and so what is held. How the stream is sliced makes no difference. */
export function createEventSplitter(maxEventBytes: number): EventSplitter {
  // The slices of an unfinished event: joined once, at its end, because joining at each slice would take quadratic time.
  let slices: string[] = []
  let length = 0
  let seam = ''
  let isOverlong = false
  const hold = (text: string): void => {
    if (text !== '') slices.push(text)
    length += text.length
    seam = (seam + text).slice(-seamChars)
    isOverlong = length > maxEventBytes
  }
  const release = (): string => {
    const held = slices.join('')
    slices = []
    length = 0
    seam = ''
    return held
  }
  return {
    feed(text) {
      if (isOverlong) return []
      if (!text.includes('\n\n') && (seam + text).search(blankLine) < 0) {
        hold(text)
        return []
      }
      const all = release() + text
      const events = all.includes('\r') ? splitAnyLineEnd(all) : splitNewlines(all)
      const tooLong = events.findIndex(event => event.length > maxEventBytes)
      hold(events.pop() ?? '')
      isOverlong = tooLong >= 0
      return isOverlong ? events.slice(0, tooLong) : events
    },
    get rest() {
      return slices.join('')
    },
    get isEmpty() {
      return length === 0
    },
    get isOverlong() {
      return isOverlong
    },
  }
}

/** The payload of an event: its data lines joined, or `undefined` where it has none. */
export function dataOf(event: string): string | undefined {
  if (event.startsWith('data: ') && event.indexOf('\n') === event.length - 2) return event.slice(6, -2)
  const lines = event.split(/\r\n|\r|\n/).filter(line => line.startsWith('data:'))
  if (lines.length === 0) return undefined
  return lines.map(line => line.slice(line[5] === ' ' ? 6 : 5)).join('\n')
}

/** The event with another payload; its other fields stay. */
export function withData(event: string, data: string): string {
  const others = event.split(/\r\n|\r|\n/).filter(line => line !== '' && !line.startsWith('data:'))
  return `${[...others, `data: ${data.replace(/[\r\n]+/g, ' ')}`].join('\n')}\n\n`
}

function splitNewlines(all: string): string[] {
  const events: string[] = []
  let from = 0
  for (let at = all.indexOf('\n\n'); at >= 0; at = all.indexOf('\n\n', from)) {
    events.push(all.slice(from, at + 2))
    from = at + 2
  }
  events.push(all.slice(from))
  return events
}

function splitAnyLineEnd(all: string): string[] {
  const events: string[] = []
  let from = 0
  for (const match of all.matchAll(blankLine)) {
    const end = match.index + match[0].length
    events.push(all.slice(from, end))
    from = end
  }
  events.push(all.slice(from))
  return events
}
