/** Whose signatures are recognised: this gateway's keys and those that the reader added; every one is listed and can be removed. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { announce } from '../shared/announcer.tsx'
import { KeyIcon } from '../shared/icons.tsx'
import { type KeySource, type KeyStore, shortName } from './key-store.ts'

/** The panel. */
export function KeysPanel({ keys }: { keys: KeyStore }): JSX.Element {
  const own = keys.own.value
  return (
    <section class="card keys-panel" aria-labelledby="keys-title">
      <h2 id="keys-title">Issuers you trust</h2>
      <ul class="key-sources">
        <li>
          <KeyIcon />
          <div>
            <strong>This gateway</strong>
            <span class="key-note">{ownWords(own)}</span>
          </div>
          {own !== undefined && 'failure' in own && (
            <button type="button" class="button button-quiet" onClick={() => void keys.loadOwn()}>
              Try again
            </button>
          )}
        </li>
        {keys.added.value.map(source => (
          <SourceRow key={`${source.kind}-${source.name}`} source={source} keys={keys} />
        ))}
      </ul>
      <details class="add-keys">
        <summary>Add another issuer</summary>
        <AddByUrl keys={keys} />
        <AddPasted keys={keys} />
      </details>
    </section>
  )
}

function ownWords(own: KeySource | { failure: string } | undefined): string {
  if (own === undefined) return 'Loading its keys…'
  return 'failure' in own ? own.failure : `${location.host}, ${countWords(own)}`
}

function countWords({ keys }: KeySource): string {
  return keys.length === 1 ? '1 key' : `${keys.length} keys`
}

function SourceRow({ source, keys }: { source: KeySource; keys: KeyStore }): JSX.Element {
  return (
    <li>
      <KeyIcon />
      <div>
        <strong>{shortName(source)}</strong>
        <span class="key-note">
          {source.kind === 'url' ? `from ${source.name}` : 'pasted'}, {countWords(source)}
        </span>
        <code class="key-id">{source.keys.map(key => key.keyId).join(' ')}</code>
      </div>
      <button
        type="button"
        class="button button-quiet"
        aria-label={`Remove ${source.name}`}
        onClick={() => {
          keys.remove(source)
          announce(`Removed ${source.name}`)
        }}
      >
        Remove
      </button>
    </li>
  )
}

function AddByUrl({ keys }: { keys: KeyStore }): JSX.Element {
  const url = useSignal('')
  const failure = useSignal<string | undefined>(undefined)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    failure.value = await keys.addUrl(url.value)
    if (failure.value !== undefined) return
    announce(`Added the keys of ${url.value}`)
    url.value = ''
  }
  return (
    <form class="add-form" onSubmit={submit}>
      <label class="field">
        <span>Address of the issuer</span>
        <input
          type="text"
          inputMode="url"
          autocomplete="off"
          placeholder="https://example.com"
          value={url}
          onInput={event => {
            url.value = event.currentTarget.value
          }}
        />
      </label>
      <button type="submit" class="button">
        Fetch its keys
      </button>
      <Failure words={failure.value} />
    </form>
  )
}

function AddPasted({ keys }: { keys: KeyStore }): JSX.Element {
  const name = useSignal('')
  const json = useSignal('')
  const failure = useSignal<string | undefined>(undefined)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    failure.value = await keys.addPasted(name.value, json.value)
    if (failure.value !== undefined) return
    announce('Added the key')
    name.value = ''
    json.value = ''
  }
  return (
    <form class="add-form" onSubmit={submit}>
      <label class="field">
        <span>Name</span>
        <input
          type="text"
          autocomplete="off"
          placeholder="Whose key it is"
          value={name}
          onInput={event => {
            name.value = event.currentTarget.value
          }}
        />
      </label>
      <label class="field">
        <span>Public key or key set (JSON)</span>
        <textarea
          rows={3}
          spellcheck={false}
          placeholder='{"kty":"OKP","crv":"Ed25519","x":"…"}'
          value={json}
          onInput={event => {
            json.value = event.currentTarget.value
          }}
        />
      </label>
      <button type="submit" class="button">
        Add the key
      </button>
      <Failure words={failure.value} />
    </form>
  )
}

function Failure({ words }: { words: string | undefined }): JSX.Element | null {
  return words === undefined ? null : (
    <p class="failure" role="alert">
      {words}
    </p>
  )
}
