"""The prefix of a line of Markdown: white space, quotation marks and markers (seal-skeleton.md §5)."""

import re

INDENT = 4
MOST_ITEMS = 16
MARKER = re.compile(r"(?:[-+*]|(\d{1,9})[.)])(?=[ \t\n])", re.ASCII)
TASK = re.compile(r"\[[ xX]\](?=[ \t])")


def columns(character, column):
    """How many columns white space takes at a column: a tab, up to the next multiple of four."""
    return 4 - column % 4 if character == "\t" else 1


class Prefix:
    """What stands before the content of a line: white space, quotation marks and markers."""

    def __init__(self, reader):
        self.reader = reader
        self.quotes = 0
        self.in_paragraph = reader.paragraph
        self.done = self.indented = False
        self.column = reader.white_space(0)

    @property
    def outside(self):
        """The line has fewer quotation marks (so far) than the one before."""
        return self.quotes < self.reader.quotes

    def open_items(self):
        """The items that this line does not close."""
        if self.outside:
            return []
        return [item for item in self.reader.items if item <= self.column]

    def beyond(self):
        """How far the line is indented beyond the innermost item's content."""
        items = self.open_items()
        return self.column - (items[-1] if items else 0)

    def leave(self):
        """The line does not go on a paragraph: what it does not reach is closed."""
        self.reader.items = self.open_items()
        self.reader.quotes = self.quotes

    def step(self):
        """Reads one part of the prefix; False where there is no more."""
        reader = self.reader
        character = reader.text[reader.at]
        if character == "\n":
            return self.blank()
        if self.beyond() >= INDENT:
            return self.indent()
        if character == ">":
            return self.quotation()
        end = reader.line_that_draws(self)
        if end is not None:
            self.leave()
            reader.draw(end, self)
            return self.finish()
        marker = MARKER.match(reader.text, reader.at)
        if marker and self.may_begin_item(marker):
            return self.item(marker)
        return False

    def finish(self):
        self.done = True
        return False

    def blank(self):
        reader = self.reader
        if self.outside:
            reader.items = []
        reader.quotes = self.quotes
        reader.begin_block()
        reader.give_space()
        return self.finish()

    def indent(self):
        self.indented = True
        if self.in_paragraph and not self.reader.table:
            return False
        self.leave()
        self.reader.begin_block()
        self.reader.give_rest_of_line()
        return self.finish()

    def quotation(self):
        reader = self.reader
        opens = self.quotes >= reader.quotes
        reader.give_space()
        self.quotes += 1
        if opens:
            reader.items, reader.quotes = [], self.quotes
            self.begin_inner()
        if reader.text[reader.at] in " \t":
            reader.give_space()
        self.column = reader.white_space(0)
        return True

    def begin_inner(self):
        """A quotation or an item begins: a new block."""
        self.in_paragraph = False
        self.reader.begin_block()

    def may_begin_item(self, marker):
        if not self.in_paragraph:
            return True
        closes = any(item > self.column for item in self.reader.items)
        empty = self.reader.text[marker.end()] == "\n"
        number = marker[1]
        return closes or not (empty or (number is not None and int(number) != 1))

    def item(self, marker):
        reader = self.reader
        self.leave()
        self.begin_inner()
        behind = self.column + len(marker[0])
        reader.give_spaces(marker.end())
        self.column = reader.white_space(behind)
        empty = reader.text[reader.at] == "\n"
        content = behind + 1 if empty or self.column - behind > INDENT else self.column
        if len(reader.items) < MOST_ITEMS:
            reader.items.append(content)
        if self.beyond() < INDENT and TASK.match(reader.text, reader.at):
            reader.give_spaces(reader.at + 3)
            reader.white_space(0)
            self.indented = True  # what is behind a task box is text
            return False
        return True
