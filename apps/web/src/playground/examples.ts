/** Prompts to begin with: prose, lists, tables and code, and more than one language. */

/** One example: a short name for the button, and what it asks. */
export interface Example {
  label: string
  prompt: string
}

export const examples: readonly Example[] = [
  { label: 'Explain a seal', prompt: 'Explain how a wax seal proved who wrote a letter.' },
  {
    label: 'A table and a list',
    prompt: 'Compare three ways to brew coffee in a Markdown table, then list tips.',
  },
  { label: 'Some code', prompt: 'Write a small TypeScript function with code and explain it.' },
  { label: 'Auf Deutsch', prompt: 'Erzähle auf Deutsch von der Erfindung des Buchdrucks.' },
  { label: 'En français', prompt: 'Raconte en français l’histoire de l’imprimerie.' },
]
