/** The Markdown renderers whose pages are copied from: the common families, each as most programs set it up. */
import { type Renderer, renderers } from '../../packages/seal/test/renderers.ts'

/** Those of these names, in this order. */
export function renderersNamed(...names: string[]): Renderer[] {
  return names.map(name => {
    const found = renderers.find(renderer => renderer.name === name)
    if (found === undefined) throw new RangeError(`Cannot find the renderer "${name}"`)
    return found
  })
}
