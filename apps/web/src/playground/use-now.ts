/** A clock that ticks while something is under way. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

const tickMs = 100

/** `performance.now()`, ten times a second while `ticking`. */
export function useNow(ticking: boolean): number {
  const now = useSignal(performance.now())
  useEffect(() => {
    if (!ticking) return
    const timer = setInterval(() => {
      now.value = performance.now()
    }, tickMs)
    return () => clearInterval(timer)
  }, [ticking])
  return now.value
}
