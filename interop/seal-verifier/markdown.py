"""The reading of Markdown (seal-skeleton.md §5): CommonMark, read once; what a page shows is given to the fold."""

import re

import held
from fence import Fence
from prefix import Prefix, columns
from units import width, with_offsets

DRAWS = re.compile(r"[-|:][-|: \t]*\n")
STARS = re.compile(r"\*[* \t]*\n")
UNDERLINE = re.compile(r"=+[ \t]*\n")
TWO_DASHES = re.compile(r"--[ \t]*\n")
FENCE = re.compile(r"`{3,}|~{3,}")


class Markdown:
    """Reads a text (in units) and gives every character that is shown to a fold."""

    def __init__(self, units, fold):
        self.fold = fold
        self.text, self.offsets = self.with_line_feeds(units)
        self.at = 0
        self.free = 0  # before this place no held construct is looked for
        self.items, self.quotes = [], 0
        self.paragraph = self.table = False
        self.end_block()

    def with_line_feeds(self, units):
        """CR LF and a lone CR are one line feed, and so is the end of the text."""
        characters, offsets = [], []
        for character, offset in with_offsets(units):
            if character == "\n" and offset and units[offset - 1] == "\r":
                continue
            characters.append("\n" if character == "\r" else character)
            offsets.append(offset)
        return "".join(characters) + "\n", [*offsets, len(units)]

    def end_block(self):
        """Inline state ends with the block."""
        self.code = 0  # the length of the run of backticks that opened code
        self.brackets = 0  # how many `[` are open
        self.behind_pair = None  # the place directly behind the `]` of a pair

    def read(self):
        while self.at < len(self.text):
            self.line()
        return self.fold

    # What is given

    def give(self, character=None):
        """Gives the character here, or another one at its offset."""
        here = self.text[self.at]
        self.fold.give(character or here, self.offsets[self.at])
        self.at += 1

    def give_space(self):
        self.fold.give(" ", self.offsets[self.at])
        self.at += 1

    def give_spaces(self, end):
        while self.at < end:
            self.give_space()

    def give_rest_of_line(self):
        while self.text[self.at] != "\n":
            self.give()
        self.give_space()

    # The prefix of a line

    def line(self):
        """Reads one line: prefix, then what the prefix leads to."""
        prefix = Prefix(self)
        while prefix.step():
            pass
        if not prefix.done:
            self.fence_or_text(prefix)

    def white_space(self, column):
        """Gives white space of a prefix; the column behind it is the result."""
        while self.text[self.at] in " \t":
            column += columns(self.text[self.at], column)
            self.give_space()
        return column

    def fence_or_text(self, prefix):
        fence = FENCE.match(self.text, self.at) if not prefix.indented else None
        if fence and self.opens_fence(fence[0]):
            prefix.leave()
            self.begin_block()
            self.at = self.text.index("\n", self.at)
            self.give_space()
            return Fence(self, fence[0]).read()
        return self.text_line(prefix)

    def begin_block(self):
        """What is no text of a paragraph ends the one that was open."""
        self.paragraph = self.table = False
        self.end_block()

    # Lines that draw

    def line_that_draws(self, prefix):
        """The end of a line that draws, or None. Where it is refuted, nothing else is held before that place."""
        if self.at < self.free or self.table:
            return None
        first = self.text[self.at]
        if first in "-|:":
            whole, body = DRAWS, "-|: \t"
        elif first == "*":
            whole, body = STARS, "* \t"
        elif first == "=" and prefix.in_paragraph:
            whole, body = UNDERLINE, "= \t"
        else:
            return None
        found = whole.match(self.text, self.at)
        if found and self.size(self.at, found.end()) <= held.LONGEST_HELD:
            return found.end() - 1 if self.draws(found[0], prefix) else None
        end = self.at
        while self.text[end] in body:
            end += 1
        self.free = max(self.free, end)
        return None

    def draws(self, line, prefix):
        return prefix.in_paragraph or not TWO_DASHES.fullmatch(line)

    def size(self, start, end):
        """How many UTF-16 units stand between two places."""
        return sum(width(character) for character in self.text[start:end])

    def draw(self, end, prefix):
        line = self.text[self.at : end]
        heads = prefix.in_paragraph and "-" in line and ("|" in line or ":" in line)
        self.begin_block()
        self.table = self.paragraph = heads
        self.at = end
        self.give_space()

    # Fences

    def opens_fence(self, run):
        """Is the whole line one that opens a fence?"""
        if self.at < self.free:
            return False
        end = self.text.index("\n", self.at)
        refuting = self.text.find("`", self.at + len(run), end) if run[0] == "`" else -1
        too_long = self.size(self.at, end + 1) > held.LONGEST_HELD
        if refuting < 0 and not too_long:
            return True
        self.free = max(self.free, self.room(self.at) if refuting < 0 else min(refuting, self.room(self.at)))
        return False

    def room(self, start):
        """The first place behind `start` for which a held construct has no room."""
        size, at = 0, start
        while at < len(self.text) and size + width(self.text[at]) <= held.LONGEST_HELD:
            size += width(self.text[at])
            at += 1
        return at

    # Text

    def text_line(self, prefix):
        """The rest of a line as text; a held construct may take it over line ends."""
        if not prefix.in_paragraph:
            prefix.leave()
            if not self.table:
                self.end_block()
        heading = self.text[self.at] == "#"
        row = self.table or self.text[self.at] == "|"
        one_line = heading or self.table
        while self.text[self.at] != "\n":
            self.inline(row, one_line)
        self.give_space()
        if heading:
            return self.begin_block()
        self.paragraph = True
        if one_line:
            self.end_block()

    def inline(self, row, one_line):
        character = self.text[self.at]
        if character == "`":
            return self.backticks()
        if self.code:
            return self.in_code(row)
        if character == "\\":
            return self.backslash()
        if character == "|" and row:
            return self.give_space()
        if self.at >= self.free and self.held(character, one_line):
            return
        if character in "[]":
            self.bracket(character)
        self.give()

    def backticks(self):
        end = self.at
        while self.text[end] == "`":
            end += 1
        length = end - self.at
        if not self.code:
            self.code = length
        elif self.code == length:
            self.code = 0
        while self.at < end:
            self.give()

    def in_code(self, row):
        here, behind = self.text[self.at], self.text[self.at + 1]
        if row and here == "\\" and behind == "\\":
            self.give()
        elif row and here == "\\" and behind == "|":
            self.at += 1
        elif row and here == "|":
            return self.give_space()
        self.give()

    def backslash(self):
        """A backslash before punctuation or a line end goes; what it escapes is text."""
        behind = self.text[self.at + 1]
        if behind == "\n":
            self.at += 1
        elif held.is_punctuation(behind):
            self.at += 1
            self.give()
        else:
            self.give()

    def bracket(self, character):
        if character == "[":
            self.brackets += 1
        elif self.brackets:
            self.brackets -= 1
            self.behind_pair = self.at + 1

    # Held constructs

    def held(self, character, one_line):
        """Tries what may begin here; True where it was complete, and is read."""
        if character == "(" and self.behind_pair == self.at:
            return self.hold(held.link(), one_line, lambda start, end: None)
        if character == "!" and self.text[self.at + 1] == "[":
            return self.hold(held.image(), one_line, lambda start, end: None)
        found = {}
        if character == "&":
            return self.hold(held.entity(found), one_line, lambda start, end: self.decoded(found, start))
        if character == "<":
            return self.hold(held.angle(found), one_line, lambda start, end: self.angle(found, start, end))
        return False

    def decoded(self, found, start):
        for character in found["text"]:
            self.fold.give(character, self.offsets[start])

    def angle(self, found, start, end):
        if found["kind"] == "autolink":
            for at in range(start + 1, end - 1):
                self.fold.give(self.text[at], self.offsets[at])
        elif found["breaks"]:
            self.fold.give(" ", self.offsets[start])

    def hold(self, grammar, one_line, give):
        start = self.at
        end, complete = held.follow(grammar, self.text, start, not one_line)
        if not complete:
            self.free = max(self.free, end)
            return False
        give(start, end)
        self.at = end
        return True
