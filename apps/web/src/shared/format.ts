/** Numbers and times as people read them, in the browser's language. */

/** A whole number with its separators, such as `1,234`. */
export function formatCount(value: number): string {
  return new Intl.NumberFormat('en').format(Math.round(value))
}

/** Milliseconds as `240 ms`, or as `6.1 s` from one second on. */
export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** An ISO 8601 time as `21 November 2026 at 05:12`, in the reader's time zone; what is no time stays as it is. */
export function formatTime(iso: string): string {
  return format(iso, { dateStyle: 'long', timeStyle: 'short' })
}

/** An ISO 8601 time to the second, with its time zone, such as `21 November 2026 at 05:12:33 UTC`. */
export function formatExactTime(iso: string): string {
  return format(iso, { dateStyle: 'long', timeStyle: 'long' })
}

function format(iso: string, style: Intl.DateTimeFormatOptions): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? iso : new Intl.DateTimeFormat('en-GB', style).format(date)
}
