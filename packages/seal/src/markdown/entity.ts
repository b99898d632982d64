/** A character reference (CommonMark 0.31.2 §2.5). Of the 2,125 names only those of HTML 4 and a few more are known; others are read as text. */
import * as c from './characters.ts'
import type { Recogniser } from './hold.ts'
import { DONE, FAIL, MORE } from './hold.ts'

const maxNameLength = 32

export class EntityReference implements Recogniser {
  #read = -1

  reset(): void {
    this.#read = -1
  }

  take(codePoint: number): number {
    this.#read++
    if (this.#read === 0) return codePoint === c.ampersand ? MORE : FAIL
    if (codePoint === c.semicolon) return this.#read > 1 ? DONE : FAIL
    if (codePoint === c.hash && this.#read === 1) return MORE
    const named = c.isAsciiLetter(codePoint) || c.isAsciiDigit(codePoint)
    return named && this.#read <= maxNameLength ? MORE : FAIL
  }
}

/** The characters that `&…;` stands for; `undefined` where the name is not known. */
export function decodeEntity(reference: string): string | undefined {
  const name = reference.slice(1, -1)
  if (!name.startsWith('#')) return named().get(name)
  const hexadecimal = /^#x([0-9a-f]{1,6})$/i.exec(name)
  const decimal = /^#([0-9]{1,7})$/.exec(name)
  if (hexadecimal === null && decimal === null) return undefined
  const codePoint = hexadecimal ? Number.parseInt(hexadecimal[1] as string, 16) : Number(decimal?.[1])
  const valid = codePoint > 0 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff)
  return String.fromCodePoint(valid ? codePoint : 0xfffd)
}

// Names in the order of their code points: a number is where the next name stands.
const latin =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para ' +
  'middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute ' +
  'Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml ' +
  'Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml ' +
  'eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'
const greek =
  'Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho  Sigma Tau Upsilon Phi Chi Psi ' +
  'Omega        alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau ' +
  'upsilon phi chi psi omega'
const others =
  'amp=& lt=< gt=> quot=" apos=\' AMP=& LT=< GT=> QUOT=" num=# dollar=$ percnt=% lpar=( rpar=) ast=* plus=+ comma=, period=. ' +
  'sol=/ colon=: semi=; equals== quest=? excl=! commat=@ lsqb=[ lbrack=[ bsol=\\ rsqb=] rbrack=] Hat=^ lowbar=_ grave=` ' +
  'lcub={ lbrace={ verbar=| vert=| rcub=} rbrace=} Tab=\t NewLine=\n OElig=Œ oelig=œ Scaron=Š scaron=š Yuml=Ÿ fnof=ƒ ' +
  'circ=ˆ tilde=˜ thetasym=ϑ upsih=ϒ piv=ϖ ensp=\u2002 emsp=\u2003 thinsp=\u2009 zwnj=\u200c zwj=\u200d lrm=\u200e rlm=\u200f ' +
  'ndash=– mdash=— lsquo=‘ rsquo=’ sbquo=‚ ldquo=“ rdquo=” bdquo=„ dagger=† Dagger=‡ bull=• hellip=… permil=‰ prime=′ ' +
  'Prime=″ lsaquo=‹ rsaquo=› oline=‾ frasl=⁄ euro=€ image=ℑ weierp=℘ real=ℜ trade=™ alefsym=ℵ larr=← uarr=↑ rarr=→ darr=↓ ' +
  'harr=↔ crarr=↵ lArr=⇐ uArr=⇑ rArr=⇒ dArr=⇓ hArr=⇔ forall=∀ part=∂ exist=∃ empty=∅ nabla=∇ isin=∈ notin=∉ ni=∋ prod=∏ ' +
  'sum=∑ minus=− lowast=∗ radic=√ prop=∝ infin=∞ ang=∠ and=∧ or=∨ cap=∩ cup=∪ int=∫ there4=∴ sim=∼ cong=≅ asymp=≈ ne=≠ ' +
  'equiv=≡ le=≤ ge=≥ sub=⊂ sup=⊃ nsub=⊄ sube=⊆ supe=⊇ oplus=⊕ otimes=⊗ perp=⊥ sdot=⋅ lceil=⌈ rceil=⌉ lfloor=⌊ rfloor=⌋ ' +
  'lang=⟨ rang=⟩ loz=◊ spades=♠ clubs=♣ hearts=♥ diams=♦ check=✓ cross=✗ star=☆ starf=★ phone=☎ hyphen=‐ dash=‐'

let names: Map<string, string> | undefined

function named(): Map<string, string> {
  if (names !== undefined) return names
  names = new Map(
    others
      .split(/ (?=\w+=)/)
      .map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
  addInOrder(names, latin, 0xa0)
  addInOrder(names, greek, 0x391)
  return names
}

function addInOrder(into: Map<string, string>, list: string, first: number): void {
  list.split(' ').forEach((name, index) => {
    if (name !== '') into.set(name, String.fromCodePoint(first + index))
  })
}
