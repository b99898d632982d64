/** Whether an answer is sealed, judged by the text itself and not by what was asked. */
import { strip } from '@streamseal/seal'
import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { CopyButton } from '../shared/copy-button.tsx'
import { Logo } from '../shared/icons.tsx'
import { type Answer, isUnderWay } from './answer.ts'

/** The badge under an answer, with its stream id. */
export function SealBadge({ answer }: { answer: Answer }): JSX.Element {
  const underWay = isUnderWay(answer)
  const sealed = useMemo(() => !underWay && isSealed(answer), [underWay, answer.text, answer.detached])
  if (underWay) return <SealingBadge answer={answer} />
  if (!sealed) return <p class="seal-badge seal-none">Not sealed</p>
  return (
    <div class="seal-badge seal-present">
      <Logo />
      <p>
        <strong>{sealedWords(answer)}</strong>
        {answer.streamId !== undefined && (
          <span class="stream-id">
            Stream <code>{answer.streamId}</code>
          </span>
        )}
      </p>
      {answer.streamId !== undefined && (
        <CopyButton
          iconOnly
          class="icon-button"
          label="Copy the stream id"
          done="Stream id copied"
          text={() => answer.streamId ?? ''}
        />
      )}
    </div>
  )
}

function SealingBadge({ answer }: { answer: Answer }): JSX.Element {
  if (!answer.sealAsked) return <p class="seal-badge">Not being sealed</p>
  return (
    <div class="seal-badge seal-forming">
      <Logo />
      <p>Sealing while it streams</p>
    </div>
  )
}

function isSealed({ text, detached }: Answer): boolean {
  return detached !== undefined || strip(text) !== text
}

function sealedWords(answer: Answer): string {
  if (answer.status === 'complete') return 'Sealed'
  return 'Sealed up to its last mark; the ending is missing here'
}
