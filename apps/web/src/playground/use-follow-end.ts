/** Keeps the end of a growing answer in sight, as long as the reader has not scrolled away from it. */
import { useLayoutEffect, useRef } from 'preact/hooks'

const nearPx = 96

/** Follows the page's end while `active`; `size` says that the text grew. */
export function useFollowEnd(active: boolean, size: number): void {
  const following = useRef(true)
  useLayoutEffect(() => {
    if (!active) return
    following.current = true
    const look = (): void => {
      following.current = distanceToEnd() < nearPx
    }
    addEventListener('scroll', look, { passive: true })
    return () => removeEventListener('scroll', look)
  }, [active])
  useLayoutEffect(() => {
    if (active && following.current)
      scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })
  }, [active, size])
}

function distanceToEnd(): number {
  const { scrollHeight, clientHeight, scrollTop } = document.documentElement
  return scrollHeight - clientHeight - scrollTop
}
