/** What C2PA says of a text, in plain words. */
import type { C2paReport } from '@streamseal/c2pa'

/** The report as the page has it: made in the browser, or by the gateway. */
export type C2paSays = Omit<C2paReport, 'text'>

/** One sentence for the reader, or two. */
export function c2paHeadline({ state, content, failure }: C2paSays): string {
  switch (state) {
    case 'trusted':
      return `${signed(content)}, by someone whom the trust list knows.${parts(content)}`
    case 'valid':
      return `${signed(content)}. Who signed it is not known to a trust list: anyone can sign in any name.${parts(content)}`
    case 'unmarked':
      return 'There is no C2PA manifest for this text. That says nothing about where it comes from.'
    case 'invalid':
      return content === 'altered'
        ? 'The text was changed after it was signed, or the manifest belongs to another text.'
        : `The C2PA manifest does not hold. ${failure[0]?.explanation ?? ''} ${words[content]}`
  }
}

const signed = (content: C2paSays['content']): string =>
  content === 'intact' ? 'The text is as it was signed' : 'The text was signed'

/** What can be said of a text of which the signer left parts out. */
const parts = (content: C2paSays['content']): string =>
  content === 'intact' ? '' : ' Parts of it were left out, and may have been changed since.'

/** What a manifest that does not hold is worth, as to the words. */
const words = {
  intact: 'The words are those that it names, for what that is worth.',
  unknown: 'Whether the words were changed cannot be told.',
}

/** What the manifest states and who signed, row by row; nothing where the manifest does not hold. */
export function c2paFacts({
  manifest,
  signer,
  ingredients = [],
}: C2paSays): { name: string; value: string }[] {
  if (manifest === undefined) return []
  const [made] = manifest.actions
  return [
    { name: 'Signed by', value: signer ? nameOf(signer) : '' },
    { name: 'Model', value: manifest.models.join(', ') },
    { name: 'How it was made', value: kinds[made?.digitalSourceType ?? ''] ?? made?.digitalSourceType ?? '' },
    { name: 'When', value: signer?.timestamp?.trusted ? signer.timestamp.time : (made?.when ?? '') },
    { name: 'Title', value: manifest.title ?? '' },
    { name: 'Made from', value: ingredients.map(ingredientWords).join('; ') },
  ].filter(({ value }) => value !== '')
}

const ingredientWords = ({ title, state }: NonNullable<C2paSays['ingredients']>[number]): string =>
  `${title || 'something without a name'} (${standing[state]})`

/** What is known of an ingredient's own manifest. */
const standing = {
  trusted: 'signed by someone whom the trust list knows',
  valid: 'signed by someone unknown',
  invalid: 'its manifest does not hold',
  unmarked: 'without a manifest of its own',
  unjudged: 'its manifest is of a kind that is not judged here',
}

const nameOf = ({ subject, development }: NonNullable<C2paSays['signer']>): string =>
  development ? `${subject} (for development only)` : subject

// IPTC digital source types.
const kinds: Readonly<Record<string, string>> = {
  trainedAlgorithmicMedia: 'by generative AI',
  compositeWithTrainedAlgorithmicMedia: 'with the help of generative AI',
  digitalCreation: 'by people, with software',
  humanEdits: 'edited by people',
}
