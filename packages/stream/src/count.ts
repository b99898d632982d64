/** A token count as a provider states it: anything but a finite, non-negative number is unknown. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}
