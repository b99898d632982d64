/** The text of a file that was dropped or chosen. */

/** The text, or why it cannot be read, in words. */
export type TextFile = { ok: true; text: string } | { ok: false; why: string }

const maxBytes = 5 * 1024 * 1024

/** Reads UTF-8 text of at most 5 MiB; other kinds of file are refused rather than guessed at. */
export async function readTextFile(file: File): Promise<TextFile> {
  if (file.size > maxBytes) return refuse(`"${file.name}" is larger than 5 MB.`)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer())
    return text.includes('\0') ? notText(file) : { ok: true, text }
  } catch {
    return notText(file)
  }
}

function notText(file: File): TextFile {
  return refuse(
    `"${file.name}" is not plain text. Open it in its own program, copy the text, and paste it here.`,
  )
}

function refuse(why: string): TextFile {
  return { ok: false, why }
}
