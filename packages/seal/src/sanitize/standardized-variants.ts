/** Characters other than ideographs that have standardized variants (StandardizedVariants.txt of Unicode 17), and their selectors. */

const rows: readonly { bases: RegExp; selectors: RegExp }[] = [
  // Digits and mathematics.
  {
    bases:
      /[0\u2205\u2229\u222a\u2268\u2269\u2272\u2273\u228a\u228b\u2293-\u2295\u2297\u229c\u22da\u22db\u29b7\u2a3c\u2a3d\u2a9d\u2a9e\u2aac\u2aad\u2acb\u2acc\uff10]/,
    selectors: /\ufe00/,
  },
  // Script capitals, chancery and roundhand.
  {
    bases: /[\u210b\u2110\u2112\u211b\u212c\u2130\u2131\u2133\u{1d49c}-\u{1d4b5}]/u,
    selectors: /[\ufe00\ufe01]/,
  },
  { bases: /[\u2018\u2019\u201c\u201d]/, selectors: /[\ufe00-\ufe02]/ },
  { bases: /[\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f]/, selectors: /[\ufe00\ufe01]/ },
  // Myanmar, dotted forms; Phags-pa; Manichaean.
  {
    bases:
      /[\u1000\u1002\u1004\u1010\u1011\u1015\u1019\u101a\u101c\u101d\u1022\u1031\u1075\u1078\u107a\u1080\uaa60-\uaa66\uaa6b\uaa6c\uaa6f\uaa7a]/,
    selectors: /\ufe00/,
  },
  { bases: /[\ua856\ua85c\ua85e-\ua860\ua868]/, selectors: /\ufe00/ },
  { bases: /[\u{10ac5}\u{10ac6}\u{10ad6}\u{10ad7}\u{10ae1}]/u, selectors: /\ufe00/ },
  // Rotated hieroglyphs; later versions of Unicode turn more of them.
  { bases: /[\u{13000}-\u{1342f}\u{13443}-\u{13446}\u{13460}-\u{143ff}]/u, selectors: /[\ufe00-\ufe06]/ },
]

/** Whether `selector` behind `base` is a standardized variant; ideographs, emoji and Mongolian have rules of their own. */
export function isStandardizedVariant(base: string, selector: string): boolean {
  return rows.some(({ bases, selectors }) => selectors.test(selector) && bases.test(base))
}
