"""Lines: a text as code points with their offsets, exact and under each reading (seal-format.md §9.3)."""

from bisect import bisect_left

from digests import text_digest
from readings import READINGS, normal_skeleton
from units import Normalised, width, with_offsets


class Line:
    """The code points of the text under one reading; offsets and ends are those of the clean text."""

    def __init__(self, kind, characters, offsets, ends, text_length):
        self.kind, self.characters = kind, characters
        self.offsets, self.ends, self.text_length = offsets, ends, text_length

    def __len__(self):
        return len(self.characters)

    def index(self, offset):
        """How many code points have a smaller offset."""
        return bisect_left(self.offsets, offset)

    def offset(self, index):
        return self.offsets[index] if index < len(self) else self.text_length

    def end_before(self, index):
        """The end of the code point before an index."""
        return self.ends[min(index, len(self)) - 1] if index > 0 else 0

    def has(self, start, payload):
        """Has the stretch that begins here the digest of a segment or closing?"""
        text = self.characters[start : start + payload.lengths[self.kind]]
        return text_digest(self.kind, payload.stream_id, payload.index, text) == payload.digests[self.kind]


class Lines:
    """The lines of a text, made when they are asked for."""

    def __init__(self, units):
        self.units = units
        self.normal = Normalised(units)
        self.made = {}

    def tried(self, text_format):
        """The skeleton lines that are tried for a format, in their order."""
        return [self.skeleton(reading) for reading in READINGS[text_format]]

    def exact(self):
        if "exact" not in self.made:
            pairs = list(with_offsets(self.normal.text))
            characters = "".join(character for character, _ in pairs)
            self.made["exact"] = self.line("exact", characters, [offset for _, offset in pairs])
        return self.made["exact"]

    def skeleton(self, reading):
        if reading not in self.made:
            self.made[reading] = self.line("skeleton", *normal_skeleton(self.normal.text, reading))
        return self.made[reading]

    def line(self, kind, characters, offsets):
        widths = {offset: width(character) for character, offset in with_offsets(self.normal.text)}
        place = self.normal.offset_in_source
        ends = [place(offset + widths.get(offset, 0)) for offset in offsets]
        return Line(kind, characters, [place(offset) for offset in offsets], ends, len(self.units))
