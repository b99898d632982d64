/** The next moment at which drawing is of use. */

const frameMs = 16

/** The next animation frame where there are any, else a sixtieth of a second. A page that is hidden draws when it is seen again. */
export function nextFrame(draw: () => void): void {
  const { requestAnimationFrame } = globalThis as { requestAnimationFrame?: (draw: () => void) => unknown }
  if (requestAnimationFrame === undefined) setTimeout(draw, frameMs)
  else requestAnimationFrame(draw)
}
