/** Starts the playground. */
import { render } from 'preact'
import { PlaygroundPage } from './playground-page.tsx'
import { createPlaygroundState } from './playground-state.ts'

const root = document.getElementById('app')
if (root !== null) render(<PlaygroundPage state={createPlaygroundState()} />, root)
