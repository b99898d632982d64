/** The playground: ask a model, watch the answer arrive sealed, take it away. */
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Announcer } from '../shared/announcer.tsx'
import { PageHeader } from '../shared/page-header.tsx'
import { AnswerCard } from './answer-card.tsx'
import { Composer, Examples } from './composer.tsx'
import type { PlaygroundState } from './playground-state.ts'

/** The whole page. */
export function PlaygroundPage({ state }: { state: PlaygroundState }): JSX.Element {
  useEffect(() => {
    void state.loadModels()
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') state.stop()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [state])
  return (
    <>
      <PageHeader current="playground" />
      <main id="main" class="playground" tabIndex={-1}>
        <div class="intro">
          <h1>Answers you can check</h1>
          <p>
            Ask a model. The answer is signed while it streams, with marks that nobody sees and that stay in
            the text when it is copied.
          </p>
        </div>
        <Composer state={state} />
        <Examples state={state} />
        <AnswerCard state={state} />
      </main>
      <Announcer />
    </>
  )
}
