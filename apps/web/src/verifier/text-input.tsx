/** Where the text goes in: pasted, typed, dropped or chosen as a file. */
import type { JSX } from 'preact'
import { UploadIcon } from '../shared/icons.tsx'
import type { VerifierState } from './verifier-state.ts'

/** The box and its two buttons. */
export function TextInput({ state }: { state: VerifierState }): JSX.Element {
  return (
    <section class="card text-input" aria-labelledby="text-label">
      <div class="card-head">
        <h2 id="text-label">Text</h2>
        <FileButton state={state} />
        {state.text.value !== '' && (
          <button type="button" class="button button-quiet" onClick={() => state.setText('')}>
            Clear
          </button>
        )}
      </div>
      <textarea
        class="text-box"
        aria-labelledby="text-label"
        aria-describedby="text-hint"
        placeholder="Paste a text here, or drop a file."
        spellcheck={false}
        value={state.text}
        onInput={event => state.setText(event.currentTarget.value)}
      />
      <p id="text-hint" class="hint">
        Nothing leaves this browser unless you ask the issuer.
      </p>
      {state.failure.value !== undefined && (
        <p class="failure" role="alert">
          {state.failure}
        </p>
      )}
    </section>
  )
}

function FileButton({ state }: { state: VerifierState }): JSX.Element {
  return (
    <label class="button button-quiet file-button">
      <UploadIcon size={16} />
      <span>Open a file</span>
      <input
        class="visually-hidden"
        type="file"
        accept="text/*,.md,.markdown,.txt,.json,.csv"
        onChange={event => {
          const file = event.currentTarget.files?.[0]
          if (file !== undefined) void state.openFile(file)
          // The same file may be chosen again after it was changed.
          event.currentTarget.value = ''
        }}
      />
    </label>
  )
}
