/** Two ways to trust another issuer: by the address of its keys, or by the keys themselves. */
import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { announce } from '../shared/announcer.tsx'
import type { KeyStore } from './key-store.ts'

/** Fetches an issuer's key set from its address. */
export function AddByUrl({ keys }: { keys: KeyStore }): JSX.Element {
  const url = useSignal('')
  const add = async (): Promise<string | undefined> => {
    const failure = await keys.addUrl(url.value)
    if (failure === undefined) url.value = ''
    return failure
  }
  return (
    <AddForm label="Fetch its keys" add={add}>
      <Line label="Address of the issuer" placeholder="https://example.com" value={url} />
    </AddForm>
  )
}

/** Takes keys that were pasted, under a name that the reader gives. */
export function AddPasted({ keys }: { keys: KeyStore }): JSX.Element {
  const name = useSignal('')
  const json = useSignal('')
  const add = async (): Promise<string | undefined> => {
    const failure = await keys.addPasted(name.value, json.value)
    if (failure !== undefined) return failure
    name.value = ''
    json.value = ''
    return undefined
  }
  return (
    <AddForm label="Add the key" add={add}>
      <Line label="Name" placeholder="Whose key it is" value={name} />
      <Area
        label="Public key or key set (JSON)"
        placeholder='{"kty":"OKP","crv":"Ed25519","x":"…"}'
        value={json}
      />
    </AddForm>
  )
}

interface AddFormProps {
  /** The button's words. */
  label: string
  /** What is said when it was added. */
  done?: string
  /** Adds what was given; resolves to what went wrong, or to nothing. */
  add: () => Promise<string | undefined>
  children: ComponentChildren
}

/** A form that says what went wrong. */
export function AddForm({ label, done = 'The issuer was added', add, children }: AddFormProps): JSX.Element {
  const failure = useSignal<string | undefined>(undefined)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    failure.value = await add()
    if (failure.value === undefined) announce(done)
  }
  return (
    <form class="add-form" onSubmit={submit}>
      {children}
      <button type="submit" class="button">
        {label}
      </button>
      {failure.value !== undefined && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
    </form>
  )
}

interface LineProps {
  label: string
  placeholder: string
  value: Signal<string>
}

/** A line of text. */
export function Line({ label, placeholder, value }: LineProps): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        autocomplete="off"
        placeholder={placeholder}
        value={value}
        onInput={event => {
          value.value = event.currentTarget.value
        }}
      />
    </label>
  )
}

/** Some lines of text. */
export function Area({ label, placeholder, value }: LineProps): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <textarea
        rows={3}
        spellcheck={false}
        placeholder={placeholder}
        value={value.value}
        onInput={event => {
          value.value = event.currentTarget.value
        }}
      />
    </label>
  )
}
