"""What the fold writes: clusters in NFC, and the offset of each code point (seal-skeleton.md §3)."""

from units import is_mark, nfc, to_units

LONGEST = 64


def joins(character):
    return is_mark(ord(character)) or "\u1160" <= character <= "\u11ff"


class Clusters:
    """Gathers written characters; `characters` and `offsets` are complete after `close`."""

    def __init__(self):
        self.characters, self.offsets = [], []
        self.open = None
        self.places = []

    def write(self, character, offset):
        if joins(character) and self.open is not None:
            return self._join(character, offset)
        self.close()
        self.open = nfc(character)
        self.places = [offset] * len(self.open)

    def _join(self, mark, offset):
        if len(to_units(self.open)) > LONGEST:
            self.close()
            self.characters.append(mark)
            self.offsets.append(offset)
            return
        joined = nfc(self.open + mark)
        if joined == self.open + mark:
            self.places.append(offset)
        else:
            self.places = (self.places + [self.places[-1]] * len(joined))[: len(joined)]
        self.open = joined

    def close(self):
        if self.open is not None:
            self.characters += self.open
            self.offsets += self.places
            self.open = None

    def replace_last(self, character):
        """Abbreviations: writes the last character, which is alone in the open cluster, in another case."""
        self.open = self.open[:-1] + character
