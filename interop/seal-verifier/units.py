"""Texts as strings of UTF-16 units (seal-format.md §9.6), and NFC of Unicode 17.0 (§0, §4)."""

import json
from bisect import bisect_right
from pathlib import Path

import unicodedata2

TABLES = json.loads((Path(__file__).parents[2] / "vectors/markdown/tables.json").read_text())
LONGEST_PART = 2048


def to_units(text):
    """Splits every character beyond U+FFFF into its two surrogates."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(raw[i] | raw[i + 1] << 8) for i in range(0, len(raw), 2))


def from_units(units):
    """Joins surrogate pairs; lone surrogates stay."""
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def to_utf8(text):
    """UTF-8 of a text, with U+FFFD for a lone surrogate (§0)."""
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text).encode("utf-8")


def width(character):
    """How many UTF-16 units a character takes."""
    return 2 if character > "\uffff" else 1


def with_offsets(units):
    """The characters of a text, each with its offset."""
    offset = 0
    for character in from_units(units):
        yield character, offset
        offset += width(character)


def in_ranges(name):
    """A question for a class of tables.json: is this code point in it?"""
    ranges = TABLES[name]
    starts = [first for first, _ in ranges]

    def contains(code):
        at = bisect_right(starts, code) - 1
        return at >= 0 and code <= ranges[at][1]

    return contains


is_mark = in_ranges("marks")
is_ignorable = in_ranges("ignorables")


def is_boundary(character):
    """§4: may a text be cut before this character without a change of its NFC?"""
    code = ord(character)
    if code < 0x300:
        return True
    if 0x1161 <= code <= 0x1175 or 0x11A8 <= code <= 0x11C2 or code == 0x16D67:
        return False
    return unicodedata2.category(character)[0] != "M"


def parts(text):
    """§4: a text cut before each boundary; what is longer than 2,048 units without one is cut there."""
    part, size = [], 0
    for character in text:
        if part and (is_boundary(character) or size >= LONGEST_PART):
            yield "".join(part)
            part, size = [], 0
        part.append(character)
        size += width(character)
    if part:
        yield "".join(part)


def nfc(text):
    """NFC of a text of characters, part by part (§4)."""
    if text.isascii():
        return text
    return "".join(part if part.isascii() else unicodedata2.normalize("NFC", part) for part in parts(text))


class Normalised:
    """The NFC of a text (both in units), and where its offsets stand in that text (§9.3)."""

    def __init__(self, units):
        self.source = units
        self.known = [(0, 0)]
        composed, here, there = [], 0, 0
        for part in parts(from_units(units)):
            normal = part if part.isascii() else unicodedata2.normalize("NFC", part)
            composed.append(normal)
            before, after = len(to_units(part)), len(to_units(normal))
            here, there = here + after, there + before
            if before != after:
                self.known.append((here, there))
        self.text = to_units("".join(composed))

    def offset_in_source(self, offset):
        """From the last part that changed its length units are counted alike, not beyond the next such part."""
        at = bisect_right(self.known, (offset, float("inf"))) - 1
        here, there = self.known[at]
        limit = self.known[at + 1][1] if at + 1 < len(self.known) else len(self.source)
        return min(there + offset - here, limit)
