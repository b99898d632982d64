/** Starts the verify page, with the answer that the playground left, if any. */
import { render } from 'preact'
import { takeHandoff } from '../shared/handoff.ts'
import { createVerifierState } from './verifier-state.ts'
import { VerifyPage } from './verify-page.tsx'

const root = document.getElementById('app')
const state = createVerifierState()
const carried = takeHandoff()
if (carried !== undefined) state.setText(carried.text, carried.detached)
if (root !== null) render(<VerifyPage state={state} />, root)
void state.keys.loadOwn()
