/** Cuts a text into pieces of about a token each: short words with the space before them, one or two characters of Chinese or Japanese. */
export function toTokens(text: string): string[] {
  return (
    text.match(
      /\s*[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{1,2}|\s*[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{1,6}|\s+/gu,
    ) ?? []
  )
}
