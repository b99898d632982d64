/** Puts plain text on the clipboard, marks included. */

/** Copies `text`; false where the browser refuses. Outside a secure context (plain http on a network) an older command stands in. */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard !== undefined) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // Permission was refused; the older command may still be allowed.
  }
  return copyByCommand(text)
}

function copyByCommand(text: string): boolean {
  const put = (event: ClipboardEvent): void => {
    event.preventDefault()
    event.clipboardData?.setData('text/plain', text)
  }
  document.addEventListener('copy', put)
  try {
    return document.execCommand('copy')
  } finally {
    document.removeEventListener('copy', put)
  }
}
