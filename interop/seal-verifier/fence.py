"""The content of a fence, given as it is (seal-skeleton.md §5)."""

import re

from prefix import INDENT, columns

LINE_END = re.compile(r"[ \t]*\n")


class Fence:
    """A fence that was opened in the block that a reader of Markdown is in; `opening` is its run."""

    def __init__(self, reader, opening):
        self.reader, self.opening = reader, opening
        self.run = re.compile(f"[{opening[0]}]*")
        self.content = reader.items[-1] if reader.items else 0

    def read(self):
        """Gives its lines, up to the one that closes it, or that is read as any other."""
        reader = self.reader
        while reader.at < len(reader.text):
            column = self.prefix()
            if column is None or self.line(column):
                return

    def prefix(self):
        """Passes over the quotation marks around it: the column of what follows; None where the line ends the fence."""
        reader = self.reader
        text, at, quotes, column = reader.text, reader.at, 0, 0
        while True:
            start = at
            while text[at] in " \t":
                column += columns(text[at], column)
                at += 1
            if quotes == reader.quotes or text[at] != ">" or column >= INDENT:
                break
            quotes, column, at = quotes + 1, 0, at + 1
            if text[at] in " \t":
                at += 1
        if quotes < reader.quotes or (text[at] != "\n" and column < self.content):
            return None
        reader.give_spaces(start)
        return column

    def line(self, column):
        """Gives one line; True where it closes the fence."""
        reader = self.reader
        start = reader.at
        while reader.text[start] in " \t":
            start += 1
        run = self.run.match(reader.text, start)
        behind = LINE_END.match(reader.text, run.end())
        if column - self.content < INDENT and len(run[0]) >= len(self.opening) and behind:
            reader.at = behind.end() - 1
            reader.give_space()
            return True
        reader.give_spaces(start)
        for _ in range(min(len(run[0]), len(self.opening))):
            reader.fold.give(self.opening[0], reader.offsets[run.end()])
        reader.at = run.end()
        reader.give_rest_of_line()
        return False
