/** The words of a message, without its images, files and calls. */
import type { Message } from './contract.ts'

/** All text parts, joined. */
export function messageText({ content }: Message): string {
  if (typeof content === 'string') return content
  return content.map(part => (part.type === 'text' ? part.text : '')).join('')
}
