/** A character reference (CommonMark 0.31.2 §2.5). Of the 2,125 names only those in use are known; the others are read as text and reported as not comparable. */
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
  if (!name.startsWith('#')) return namedReferences().get(name)
  const hexadecimal = /^#x([0-9a-f]{1,6})$/i.exec(name)
  const decimal = /^#([0-9]{1,7})$/.exec(name)
  if (hexadecimal === null && decimal === null) return undefined
  const codePoint = hexadecimal ? Number.parseInt(hexadecimal[1] as string, 16) : Number(decimal?.[1])
  const valid = codePoint > 0 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff)
  return String.fromCodePoint(valid ? codePoint : 0xfffd)
}

const known =
  'amp=& lt=< gt=> quot=" apos=\' nbsp=\u00a0 shy=\u00ad ensp=\u2002 emsp=\u2003 thinsp=\u2009 zwnj=\u200c zwj=\u200d ' +
  'copy=© reg=® trade=™ deg=° plusmn=± times=× divide=÷ minus=− frac12=½ frac14=¼ frac34=¾ sup1=¹ sup2=² sup3=³ micro=µ ' +
  'cent=¢ pound=£ yen=¥ euro=€ sect=§ para=¶ middot=· bull=• hellip=… ndash=– mdash=— lsquo=‘ rsquo=’ sbquo=‚ ldquo=“ ' +
  'rdquo=” bdquo=„ laquo=« raquo=» prime=′ Prime=″ permil=‰ larr=← uarr=↑ rarr=→ darr=↓ harr=↔ lArr=⇐ rArr=⇒ hArr=⇔ ' +
  'le=≤ ge=≥ ne=≠ asymp=≈ equiv=≡ infin=∞ sum=∑ prod=∏ int=∫ radic=√ part=∂ isin=∈ cap=∩ cup=∪ sub=⊂ sup=⊃ and=∧ or=∨ ' +
  'not=¬ alpha=α beta=β gamma=γ delta=δ epsilon=ε theta=θ lambda=λ mu=μ pi=π sigma=σ phi=φ omega=ω Delta=Δ Sigma=Σ ' +
  'Omega=Ω auml=ä ouml=ö uuml=ü Auml=Ä Ouml=Ö Uuml=Ü szlig=ß agrave=à aacute=á eacute=é egrave=è ecirc=ê iacute=í ' +
  'oacute=ó uacute=ú ccedil=ç ntilde=ñ aring=å oslash=ø aelig=æ iquest=¿ iexcl=¡ check=✓ cross=✗ star=☆ starf=★ hearts=♥ ' +
  'num=# dollar=$ percnt=% lpar=( rpar=) ast=* plus=+ comma=, period=. sol=/ colon=: semi=; equals== quest=? excl=! ' +
  'commat=@ lsqb=[ rsqb=] lbrack=[ rbrack=] bsol=\\ lowbar=_ grave=` lcub={ rcub=} lbrace={ rbrace=} verbar=| vert=| ' +
  'Tab=\t NewLine=\n'

let names: Map<string, string> | undefined

/** The names that are known, and what each stands for. */
export function namedReferences(): ReadonlyMap<string, string> {
  names ??= new Map(known.split(/ (?=\w+=)/).map(pair => pair.split(/=(.*)/s, 2) as [string, string]))
  return names
}
