/** Where a prompt is written: the box, the examples, the model, the seal. */
import type { JSX } from 'preact'
import { SendIcon, StopIcon } from '../shared/icons.tsx'
import { isUnderWay } from './answer.ts'
import { examples } from './examples.ts'
import type { PlaygroundState } from './playground-state.ts'

/** The form; Enter asks, Shift+Enter makes a line, Escape stops. */
export function Composer({ state }: { state: PlaygroundState }): JSX.Element {
  const submit = (event: Event): void => {
    event.preventDefault()
    void state.ask()
  }
  return (
    <form class="composer card" onSubmit={submit} aria-label="Ask a model">
      <label class="visually-hidden" for="prompt">
        Prompt
      </label>
      <textarea
        id="prompt"
        class="prompt"
        rows={3}
        placeholder="Ask anything. The answer arrives sealed."
        value={state.prompt}
        onInput={event => {
          state.prompt.value = event.currentTarget.value
        }}
        onKeyDown={event => onPromptKey(event, state)}
      />
      <div class="composer-bar">
        <ModelPicker state={state} />
        <SealSwitch state={state} />
        <SendButton state={state} />
      </div>
      {state.apiKeyWanted.value && <ApiKeyField state={state} />}
    </form>
  )
}

function onPromptKey(event: KeyboardEvent, state: PlaygroundState): void {
  // While an input method composes, Enter belongs to it.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  void state.ask()
}

/** The example prompts, one button each. */
export function Examples({ state }: { state: PlaygroundState }): JSX.Element {
  return (
    <ul class="examples" aria-label="Example prompts">
      {examples.map(example => (
        <li key={example.label}>
          <button
            type="button"
            class="chip"
            title={example.prompt}
            onClick={() => {
              state.prompt.value = example.prompt
              void state.ask()
            }}
          >
            {example.label}
          </button>
        </li>
      ))}
    </ul>
  )
}

function ModelPicker({ state }: { state: PlaygroundState }): JSX.Element {
  const { status, names } = state.models.value
  return (
    <div class="field-inline">
      <label for="model">Model</label>
      <select
        id="model"
        value={state.model.value}
        disabled={names.length === 0}
        onChange={event => {
          state.model.value = event.currentTarget.value
        }}
      >
        {names.length === 0 && (
          <option value="">{status === 'loading' ? 'Loading…' : "The gateway's default"}</option>
        )}
        {names.map(name => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}

function SealSwitch({ state }: { state: PlaygroundState }): JSX.Element {
  return (
    <label class="switch">
      <input
        type="checkbox"
        checked={state.seal}
        onChange={event => {
          state.seal.value = event.currentTarget.checked
        }}
      />
      <span class="switch-track" aria-hidden="true" />
      <span>Seal</span>
    </label>
  )
}

function SendButton({ state }: { state: PlaygroundState }): JSX.Element {
  if (isUnderWay(state.answer.value)) {
    return (
      <button key="stop" type="button" class="button button-primary send" onClick={state.stop}>
        <StopIcon size={16} />
        <span>Stop</span>
      </button>
    )
  }
  return (
    <button key="send" type="submit" class="button button-primary send">
      <SendIcon size={16} />
      <span>Ask</span>
    </button>
  )
}

function ApiKeyField({ state }: { state: PlaygroundState }): JSX.Element {
  return (
    <label class="field api-key">
      <span>This gateway asks for a key. It is kept in this tab only and sent to this gateway only.</span>
      <input
        type="password"
        autocomplete="off"
        spellcheck={false}
        placeholder="Gateway key"
        value={state.apiKey}
        onInput={event => {
          state.apiKey.value = event.currentTarget.value
        }}
        onChange={() => void state.loadModels()}
      />
    </label>
  )
}
