/** Whether a passage is still the source of what renderers disagree about: a page that showed it in its own way would not hold it. */

/** Footnotes and reference links; maths; HTML and character references; front matter. No page's text needs them. */
const signs =
  /\[\^|\]\[|\]:|\$\$|\$[^ \t\r\n$](?:[^\r\n$]*[^ \t\r\n$])?\$|\\[([]|<!--|<[/!?]?[A-Za-z][^<>]*>|&#?[A-Za-z0-9]+;|(?:^|[\r\n])---/

export function holdsSource(passage: string): boolean {
  return signs.test(passage)
}
