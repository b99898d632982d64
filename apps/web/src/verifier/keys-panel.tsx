/** Whose signatures are recognised: this gateway's keys and those that the reader added; every one is listed and can be removed. */
import type { JSX } from 'preact'
import { announce } from '../shared/announcer.tsx'
import { KeyIcon } from '../shared/icons.tsx'
import { AddByUrl, AddPasted } from './add-keys.tsx'
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
