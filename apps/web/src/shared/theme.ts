/** The theme: the system's until the reader chooses. `public/theme.js` applies a kept choice before the first paint. */
import { type Signal, signal } from '@preact/signals'
import { keep } from './kept.ts'

/** The two themes that a page can show. */
export type Theme = 'light' | 'dark'

const storageKey = 'streamseal.theme'

/** The theme on screen. */
export const theme: Signal<Theme> = signal(shownTheme())

function shownTheme(): Theme {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'light' || chosen === 'dark') return chosen
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

/** Shows the other theme and keeps the choice on this device. */
export function toggleTheme(): void {
  const next = theme.value === 'dark' ? 'light' : 'dark'
  document.documentElement.dataset.theme = next
  theme.value = next
  keep('localStorage', storageKey, next)
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  theme.value = shownTheme()
})
