"""Marks in a text: framing, checksum and runs (seal-format.md §1), and stripping (§8)."""

import re
from bisect import bisect_left
from dataclasses import dataclass

OPEN, CLOSE = 238, 239
BLOCK = 75
LONGEST_RUN = 32768
FEWEST_DIGITS, MOST_DIGITS = 5, 4154
RUN = re.compile("(?:\udb40[\udd00-\uddef])+")


@dataclass
class Mark:
    """A payload, and the offset of its mark in the clean text."""

    payload: bytes
    at: int


def crc24(data):
    """RFC 9580 §6.1.1."""
    crc = 0xB704CE
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return crc & 0xFFFFFF


def write_mark(payload):
    """The selectors of a mark, as units."""
    data = payload + crc24(payload).to_bytes(3, "big")
    digits = []
    for start in range(0, len(data), BLOCK):
        block = data[start : start + BLOCK]
        number, written = int.from_bytes(block, "big"), []
        for _ in range(len(block) + 1):
            number, digit = divmod(number, 238)
            written.append(digit)
        digits += reversed(written)
    return "".join("\udb40" + chr(0xDD00 + value) for value in [OPEN, *digits, CLOSE])


def read_digits(digits):
    """The payload of a frame, or None where it is not well-formed."""
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        return None
    data = b""
    for start in range(0, len(digits), BLOCK + 1):
        block = digits[start : start + BLOCK + 1]
        number = 0
        for digit in block:
            number = number * 238 + digit
        if len(block) == 1 or number >= 256 ** (len(block) - 1):
            return None
        data += number.to_bytes(len(block) - 1, "big")
    payload, crc = data[:-3], int.from_bytes(data[-3:], "big")
    return payload if payload and crc24(payload) == crc else None


def marks_in_run(values):
    """The marks of a run as (first selector, payload), and the places of the selectors that stay."""
    kept, frames, found = [], [], []
    for place, value in enumerate(values):
        if value == OPEN:
            frames.append(len(kept))
        kept.append(place)
        if value != CLOSE or not frames:
            continue
        start = frames.pop()
        payload = None
        if len(kept) - start - 2 <= MOST_DIGITS:
            payload = read_digits([values[inner] for inner in kept[start + 1 : -1]])
        if payload is None:
            frames.clear()
        else:
            found.append((kept[start], payload))
            del kept[start:]
    return sorted(found), kept


class Stripped:
    """A text without its marks, the marks, and where what is left stood in the text as given."""

    def __init__(self, units):
        self.marks, self.given, pieces = [], [], []
        copied = 0
        for run in RUN.finditer(units):
            values = [ord(low) - 0xDD00 for low in units[run.start() + 1 : run.end() : 2]]
            if OPEN not in values or len(values) > LONGEST_RUN:
                continue
            found, kept = marks_in_run(values)
            self._copy(pieces, units, copied, run.start())
            before = len(self.given)
            for place, payload in found:
                self.marks.append(Mark(payload, before + 2 * bisect_left(kept, place)))
            for place in kept:
                start = run.start() + 2 * place
                self._copy(pieces, units, start, start + 2)
            copied = run.end()
        self._copy(pieces, units, copied, len(units))
        self.text = "".join(pieces)

    def _copy(self, pieces, units, start, end):
        pieces.append(units[start:end])
        self.given.extend(range(start, end))
