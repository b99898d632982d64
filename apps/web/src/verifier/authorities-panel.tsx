/** Whose C2PA manifests are trusted: the reader's own list, every entry of which is shown and can be removed. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { announce } from '../shared/announcer.tsx'
import { KeyIcon, UploadIcon } from '../shared/icons.tsx'
import { AddForm, Area, Line } from './add-keys.tsx'
import type { AuthorityList, AuthorityStore } from './authority-store.ts'
import { readTextFile } from './read-text-file.ts'

/** The panel. */
export function AuthoritiesPanel({ authorities }: { authorities: AuthorityStore }): JSX.Element {
  const lists = authorities.lists.value
  return (
    <section class="card keys-panel" aria-labelledby="authorities-title">
      <h2 id="authorities-title">C2PA signers you trust</h2>
      {lists.length === 0 ? (
        <p class="hint">Nobody yet: a C2PA manifest is checked, and its signer is not vouched for.</p>
      ) : (
        <ul class="key-sources">
          {lists.map(list => (
            <ListRow key={list.name} list={list} authorities={authorities} />
          ))}
        </ul>
      )}
      <details class="add-keys">
        <summary>Add certificates</summary>
        <AddCertificates authorities={authorities} />
      </details>
    </section>
  )
}

function ListRow({ list, authorities }: { list: AuthorityList; authorities: AuthorityStore }): JSX.Element {
  const { name } = list
  return (
    <li>
      <KeyIcon />
      <div>
        <strong>{name}</strong>
        {list.authorities.map(({ subject, development }) => (
          <span class="key-note" key={subject}>
            {development ? `${subject} (for development only)` : subject}
          </span>
        ))}
      </div>
      <button
        type="button"
        class="button button-quiet"
        aria-label={`Remove ${name}`}
        onClick={() => {
          authorities.remove(list)
          announce(`Removed ${name}`)
        }}
      >
        Remove
      </button>
    </li>
  )
}

function AddCertificates({ authorities }: { authorities: AuthorityStore }): JSX.Element {
  const name = useSignal('')
  const pem = useSignal('')
  const failure = useSignal<string | undefined>(undefined)
  const add = async (): Promise<string | undefined> => {
    const why = await authorities.add(name.value, pem.value)
    if (why !== undefined) return why
    name.value = ''
    pem.value = ''
    return undefined
  }
  const open = async (file: File): Promise<void> => {
    const read = await readTextFile(file)
    failure.value = read.ok ? undefined : read.why
    if (!read.ok) return
    pem.value = read.text
    name.value ||= file.name
  }
  return (
    <AddForm label="Trust them" done="The certificates were added" add={add}>
      <Line label="Name" placeholder="Whose they are" value={name} />
      <Area label="Certificates (PEM)" placeholder="-----BEGIN CERTIFICATE-----" value={pem} />
      <label class="button button-quiet file-button">
        <UploadIcon size={16} />
        <span>Open a PEM file</span>
        <input
          class="visually-hidden"
          type="file"
          accept=".pem,.crt,.cer,.txt"
          onChange={event => {
            const file = event.currentTarget.files?.[0]
            if (file !== undefined) void open(file)
            event.currentTarget.value = ''
          }}
        />
      </label>
      <p class="hint">They stay in this browser.</p>
      {failure.value !== undefined && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
    </AddForm>
  )
}
