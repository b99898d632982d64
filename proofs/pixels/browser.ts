/** A browser that a proof drives, whichever it is. */

/** One page of a real browser. */
export interface BrowserPage {
  /** Its name and version. */
  readonly name: string
  /** Calls a function of the page's; its source is sent, so that it can use nothing from around it. */
  call<Result, Args extends readonly unknown[]>(
    run: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>>
  /** A PNG of the whole page. */
  screenshot(): Promise<Buffer>
  /** Presses a key `times` times, one after another. */
  press(key: Key, times: number, modifier?: 'Control'): Promise<void>
  doubleClick(x: number, y: number): Promise<void>
  /** Whether the browser's find-in-page finds each of `words`, from the top of the page. */
  find(words: readonly string[]): Promise<boolean[]>
  /** What assistive technology is told: a line for each node, its role and its name. */
  accessibleLines(): Promise<string[]>
  close(): Promise<void>
}

export type Key = 'ArrowRight' | 'ArrowLeft' | 'Backspace' | 'Delete' | 'Home' | 'End'

/** The viewport of every page, in CSS pixels. */
export const viewport = { width: 1560, height: 1000 } as const
