/** A guess at token counts, for while a provider has said nothing. Always reported as estimated. */

/** About four characters a token in ASCII, one and a half elsewhere: what the common tokenizers give for prose, within a third. */
export function estimateTokens(text: string): number {
  let wide = 0
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) wide++
  return (text.length - wide) / 4 + wide / 1.5
}
