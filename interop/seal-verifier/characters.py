"""The classes of characters of the skeleton (seal-skeleton.md §2): the last row that names a character counts."""

from functools import cache

from units import in_ranges

is_punctuation, is_mark = in_ranges("punctuation"), in_ranges("marks")
is_digit, is_ignorable = in_ranges("digits"), in_ranges("ignorables")


def span(*ranges):
    return "".join(chr(code) for first, last in ranges for code in range(first, last + 1))


ROWS = [
    ("DASH", "-\u058a\u05be\u1400\u1806\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d"),
    ("DASH", span((0x2010, 0x2015))),
    ("SIGN", "$+<=>%&@/§¶†‡\u2030\u2031\u066a\ufe6a\uff05\uff06\uff20\uff0f\u203c\u2049\u303d\u3030"),
    ("SPACE", span((0x09, 0x0D), (0x2000, 0x200A)) + " \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000"),
    ("TRANSPARENT", "[]`"),
    ("DOT", ".\uff0e"),
    ("COMMA", ","),
    ("COLON", ":\uff1a"),
    ("SEPARATOR", "\u00b7\u066b\u066c"),
    ("ELLIPSIS", "\u2026\u2025"),
    ("SINGLE QUOTE", "'‘’‚‛′‹›"),
    ("DOUBLE QUOTE", '"“”„‟″«»'),
    ("JOINT", ";?\\{}"),
    ("OPEN PAREN", "(\uff08"),
    ("BANG", "!"),
    ("DELIMITER", "*_~"),
    ("HASH", "#"),
    ("PIPE", "|"),
    ("CARET", "^"),
    ("JOINER", "\u200d"),
    ("TAG", span((0xE0020, 0xE007F))),
    ("BIDI", "\u061c\u200e\u200f" + span((0x202A, 0x202E), (0x2066, 0x2069))),
    ("REWRITTEN", "©®™±\u037e\u0387\u301c\uff5e\u1fef"),
]
NAMED = {character: name for name, characters in ROWS for character in characters}
REWRITTEN = {"©": "(c)", "®": "(r)", "™": "(tm)", "±": "+-", "\u037e": ";", "\u0387": "\u00b7"}


@cache
def class_of(character):
    """The class of a character."""
    if character in NAMED:
        return NAMED[character]
    code = ord(character)
    if code <= 0x1F or 0x7F <= code <= 0x9F or is_ignorable(code) or 0xE0000 <= code <= 0xE0FFF:
        return "IGNORED"
    if is_digit(code):
        return "DIGIT"
    if is_mark(code):
        return "MARK"
    if is_punctuation(code):
        return "PUNCTUATION"
    return "WORD"


def is_pictorial(character):
    return 0x2190 <= ord(character) <= 0x2BFF or 0x1F000 <= ord(character) <= 0x1FBFF
