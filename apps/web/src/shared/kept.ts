/** What a page keeps in this browser, where it may: storage can be blocked or full, and a page then works without it. */

/** `localStorage` outlives the tab, `sessionStorage` does not. */
export type Area = 'localStorage' | 'sessionStorage'

/** The text that was kept under `key`, if any. */
export function readKept(area: Area, key: string): string | undefined {
  try {
    return globalThis[area].getItem(key) ?? undefined
  } catch {
    return undefined
  }
}

/** Keeps `text`, or forgets the key where there is none; false where the browser refuses. */
export function keep(area: Area, key: string, text: string | undefined): boolean {
  try {
    if (text === undefined) globalThis[area].removeItem(key)
    else globalThis[area].setItem(key, text)
    return true
  } catch {
    return false
  }
}
