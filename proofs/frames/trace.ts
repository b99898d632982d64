/** What Chromium's own trace says of a page: frames drawn and dropped, and the processor time of the page's tasks. */
import type { CDPSession } from 'playwright-core'

/** What happened between start and stop. */
export interface Traced {
  drawn: number
  dropped: number
  /** Processor time of each task on the page's main thread, in milliseconds. */
  taskCpuMs: number[]
  seconds: number
}

interface TraceEvent {
  name: string
  pid: number
  tid: number
  ts: number
  /** Time by the clock and of the processor, in microseconds. */
  dur?: number
  tdur?: number
  ph: string
  args: { name?: string; frame_reporter?: { state?: string } }
}

const categories =
  'devtools.timeline,disabled-by-default-devtools.timeline,disabled-by-default-devtools.timeline.frame,__metadata'

/** Starts tracing; the function returned stops it. */
export async function startTrace(session: CDPSession): Promise<() => Promise<Traced>> {
  const events: TraceEvent[] = []
  const collect = ({ value }: { value: unknown[] }): void => {
    for (const event of value) events.push(event as TraceEvent)
  }
  session.on('Tracing.dataCollected', collect)
  await session.send('Tracing.start', { categories, transferMode: 'ReportEvents' })
  const startMs = performance.now()
  return async () => {
    const seconds = (performance.now() - startMs) / 1000
    const ended = new Promise<void>(resolve => session.once('Tracing.tracingComplete', () => resolve()))
    await session.send('Tracing.end')
    await ended
    session.off('Tracing.dataCollected', collect)
    return { seconds, ...summed(events) }
  }
}

function summed(events: readonly TraceEvent[]): Omit<Traced, 'seconds'> {
  const page = busiestPage(events)
  const ofPage = events.filter(({ pid }) => pid === page.pid)
  const states = ofPage.flatMap(({ ph, args }) => (ph === 'b' ? (args.frame_reporter?.state ?? []) : []))
  return {
    drawn: states.filter(state => state.startsWith('STATE_PRESENTED')).length,
    dropped: states.filter(state => state === 'STATE_DROPPED').length,
    taskCpuMs: page.tasks.map(({ tdur = 0 }) => tdur / 1000),
  }
}

/** The page's main thread: of those of all renderers, the one that worked most. */
function busiestPage(events: readonly TraceEvent[]): { pid: number; tasks: TraceEvent[] } {
  const threads = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const pages = threads.map(({ pid, tid }) => ({
    pid,
    tasks: events.filter(event => event.name === 'RunTask' && event.pid === pid && event.tid === tid),
  }))
  return pages.reduce((most, each) => (each.tasks.length > most.tasks.length ? each : most), {
    pid: 0,
    tasks: [] as TraceEvent[],
  })
}
