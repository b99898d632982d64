/** The head of every page: the name, the pages, the theme. */
import type { JSX } from 'preact'
import { Logo, MoonIcon, SunIcon } from './icons.tsx'
import { theme, toggleTheme } from './theme.ts'

/** A page that the header names. */
export type PageName = 'playground' | 'verify'

const pages: { name: PageName; href: string; label: string }[] = [
  { name: 'playground', href: '/', label: 'Playground' },
  { name: 'verify', href: '/verify', label: 'Verify' },
]

/** The header; `current` is the page it stands on. */
export function PageHeader({ current }: { current: PageName }): JSX.Element {
  return (
    <header class="page-header">
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <a class="brand" href="/">
        <Logo />
        <span>Streamseal</span>
      </a>
      <nav aria-label="Pages">
        {pages.map(page => (
          <a key={page.name} href={page.href} aria-current={page.name === current ? 'page' : undefined}>
            {page.label}
          </a>
        ))}
      </nav>
      <ThemeButton />
    </header>
  )
}

function ThemeButton(): JSX.Element {
  const dark = theme.value === 'dark'
  const label = dark ? 'Use the light theme' : 'Use the dark theme'
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={toggleTheme}>
      {dark ? <SunIcon /> : <MoonIcon />}
    </button>
  )
}
