"""What a reader sees between two offsets of a text (seal-format.md §9.5)."""

import re

from readings import ALL_READINGS, normal_skeleton
from units import from_units, nfc, to_units

WHITE = re.compile("[^\\t-\\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")
BEFORE, BEHIND, MOST_BEHIND = 64, 64, 1024


class Seen:
    """Asks whether something between two offsets is seen; `formats` are those that any segment or closing names."""

    def __init__(self, lines, formats):
        self.lines, self.text = lines, lines.units
        self.has_code = "code" in formats
        self.readings = ["rendered"] if formats & {"plain", "code"} else ALL_READINGS

    def is_seen(self, start, end):
        between = self.text[start:end]
        white = WHITE.sub("", between)
        if white == between:
            return False
        if self.has_code:
            return True
        line = self.lines.skeleton("rendered")
        next_place = line.index(end)
        if line.index(start) < next_place:
            return True
        behind = line.offset(next_place) + BEHIND
        before = self.text[max(0, start - BEFORE) : start]
        after = self.text[end : min(behind, end + MOST_BEHIND)]
        return all(
            self.skeleton(before + between + after, reading) != self.skeleton(before + white + after, reading)
            for reading in self.readings
        )

    def skeleton(self, units, reading):
        return normal_skeleton(to_units(nfc(from_units(units))), reading)[0]
