/** What somebody else's failure says, as the readers of an answer may see it: without addresses of hosts and without keys. */

const hidden: readonly RegExp[] = [
  /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>)\]}]+/gi,
  // host='vllm', port=8000, as Python's clients write it.
  /\bhost(?:name)?=['"]?[^\s'",)]+['"]?(?:,\s*port=\d+)?/gi,
  /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g,
  /\[[\da-f]*:[\da-f:]*:[\da-f.:]*\](?::\d+)?/gi,
  /\b[\w-]+(?:\.[\w-]+)+:\d{2,5}\b/g,
  /\b[a-z][\w-]*:\d{4,5}\b/gi,
  /\b(?:localhost|[\w-]+(?:\.[\w-]+)*\.(?:internal|local|localdomain|lan|corp|intranet|svc))\b/gi,
  // What follows a failed look-up is the name that was looked up.
  /(?<=\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH)\s)[\w.:-]+/g,
]

const keys = /\b(?:sk|pk|rk|gsk|xai|tgp|pplx|hf|AIza|Bearer)[-_ ][\w*.-]{6,}/g

/** The text with `[address]` and `[key]` in their places. */
export function withoutAddresses(text: string): string {
  const named = hidden.reduce((rest, pattern) => rest.replace(pattern, '[address]'), text)
  return named.replace(keys, '[key]')
}
