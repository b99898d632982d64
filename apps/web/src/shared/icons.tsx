/** The icons: drawn here, so that no page asks anyone for a picture. All are decoration; words stand beside them. */
import type { ComponentChildren, JSX } from 'preact'

const rosette =
  'M12.61 3.35Q16 -0.6 19.39 3.35Q24.3 1.62 25.26 6.74Q30.38 7.7 28.65 12.61Q32.6 16 28.65 19.39Q30.38 24.3 25.26 25.26Q24.3 30.38 19.39 28.65Q16 32.6 12.61 28.65Q7.7 30.38 6.74 25.26Q1.62 24.3 3.35 19.39Q-0.6 16 3.35 12.61Q1.62 7.7 6.74 6.74Q7.7 1.62 12.61 3.35Z'

interface IconProps {
  children: ComponentChildren
  size?: number | undefined
}

function Icon({ children, size = 18 }: IconProps): JSX.Element {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  )
}

/** What a rosette holds: a tick, a cross and so on. */
export type Glyph = 'check' | 'cross' | 'question' | 'dash' | 'scissors' | 'pilcrow' | 'dots'

const glyphs: Record<Glyph, string> = {
  check: 'M10.2 16.6l4 4 7.8-8.4',
  cross: 'M11.4 11.4l9.2 9.2M20.6 11.4l-9.2 9.2',
  question: 'M12.6 12.7a3.5 3.5 0 1 1 5 3.2c-1 .5-1.6 1.2-1.6 2.3M16 22.2v.1',
  dash: 'M11 16h10',
  scissors: 'M11 13v-2h3M18 11h3v2M21 19v2h-3M14 21h-3v-2',
  pilcrow: 'M20.5 11h-6.3a3.2 3.2 0 0 0 0 6.4h1.3M15.5 11v10.5M18.8 11v10.5',
  dots: 'M11 16h.1M16 16h.1M21 16h.1',
}

/** The wax seal of a verdict: a scalloped disc in the current colour with one glyph. */
export function Rosette({ glyph, size = 56 }: { glyph: Glyph; size?: number }): JSX.Element {
  return (
    <svg class="rosette" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="rosette-disc" d={rosette} />
      <circle class="rosette-ring" cx="16" cy="16" r="10.7" />
      <path class="rosette-glyph" d={glyphs[glyph]} />
    </svg>
  )
}

/** The product's sign, in the header. */
export function Logo(): JSX.Element {
  return (
    <svg class="logo" width="28" height="28" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="rosette-disc" d={rosette} />
      <path class="rosette-glyph" d={glyphs.check} />
    </svg>
  )
}

interface Sized {
  size?: number
}

export const CopyIcon = ({ size }: Sized): JSX.Element => (
  <Icon size={size}>
    <rect x="9" y="9" width="11" height="11" rx="2.5" />
    <path d="M5 15V6.5A2.5 2.5 0 0 1 7.5 4H15" />
  </Icon>
)

export const CheckIcon = ({ size }: Sized): JSX.Element => (
  <Icon size={size}>
    <path d="M5 12.5l4.5 4.5L19 7" />
  </Icon>
)

export const StopIcon = ({ size }: Sized): JSX.Element => (
  <Icon size={size}>
    <rect x="6.5" y="6.5" width="11" height="11" rx="2" fill="currentColor" />
  </Icon>
)

export const SendIcon = ({ size }: Sized): JSX.Element => (
  <Icon size={size}>
    <path d="M12 19V5.5M6 11l6-6 6 6" />
  </Icon>
)

export const ShieldIcon = ({ size }: Sized): JSX.Element => (
  <Icon size={size}>
    <path d="M12 3l7 2.6v5.6c0 4.4-2.9 8-7 9.8-4.1-1.8-7-5.4-7-9.8V5.6z" />
    <path d="M8.8 12.2l2.3 2.3 4.3-4.7" />
  </Icon>
)

export const UploadIcon = ({ size }: Sized): JSX.Element => (
  <Icon size={size}>
    <path d="M12 15.5V4.5M7.5 8.5L12 4l4.5 4.5M4.5 15.5v2A2.5 2.5 0 0 0 7 20h10a2.5 2.5 0 0 0 2.5-2.5v-2" />
  </Icon>
)

export const EyeIcon = ({ size }: Sized): JSX.Element => (
  <Icon size={size}>
    <path d="M2.8 12S6 5.7 12 5.7 21.2 12 21.2 12 18 18.3 12 18.3 2.8 12 2.8 12z" />
    <circle cx="12" cy="12" r="2.8" />
  </Icon>
)

export const SunIcon = ({ size }: Sized): JSX.Element => (
  <Icon size={size}>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M18.4 5.6l-1.1 1.1M6.7 17.3l-1.1 1.1" />
  </Icon>
)

export const MoonIcon = ({ size }: Sized): JSX.Element => (
  <Icon size={size}>
    <path d="M20 14.5A8.3 8.3 0 0 1 9.5 4a8.3 8.3 0 1 0 10.5 10.5z" />
  </Icon>
)

export const KeyIcon = ({ size }: Sized): JSX.Element => (
  <Icon size={size}>
    <circle cx="8" cy="15.5" r="4" />
    <path d="M11 12.5L19.5 4M15.5 8l3 3" />
  </Icon>
)

export const AskIcon = ({ size }: Sized): JSX.Element => (
  <Icon size={size}>
    <path d="M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5z" />
    <path d="M8.5 10h.1M12 10h.1M15.5 10h.1" />
  </Icon>
)
