"""What waits in the fold until the next character settles it (seal-skeleton.md §3)."""

from dataclasses import dataclass


@dataclass
class Separator:
    """`needs` is any, digit or wordy: the kind behind it that lets it be written."""

    character: str
    needs: str
    alone: bool


@dataclass
class Dash:
    """A run of dashes."""

    attached: bool
    draws: bool
    touches: bool = True


@dataclass
class Run:
    """A run of one delimiter; `before` is the kind of the character before it."""

    character: str
    before: str
    first: bool
    alone: bool
    count: int = 1


def is_wordy(kind):
    return kind in ("WORD", "DIGIT")


class Waiting:
    """The part of the fold's state that waits."""

    def __init__(self):
        self.wait_for_nothing()

    def wait_for_nothing(self):
        self.gap_space = self.gap_punctuation = self.gap_colon = self.gap_bracket = self.after_pipe = False
        self.bang = self.hash = self.paren = self.pipe = self.joiner = False
        self.separator = self.dash = self.run = None

    def touch_nothing(self):
        """What is touching no longer waits, and the dash no longer touches."""
        self.gap_bracket = self.bang = self.hash = self.paren = self.pipe = self.joiner = False
        self.separator = self.run = None
        if self.dash:
            self.dash.touches = False

    def forget_colon_of_rule(self):
        """A `:` behind a pipe and a dash that draws is a table's rule (PIPE)."""
        colon = self.separator and self.separator.character == ":"
        if colon and self.after_pipe and self.dash and self.dash.draws:
            self.separator = None

    def nothing_else_waits(self):
        """Nothing but gap-bracket and a delimiter run (rule 2)."""
        return not (
            self.gap_space or self.gap_punctuation or self.gap_colon or self.after_pipe or self.separator
            or self.dash or self.bang or self.hash or self.paren or self.pipe or self.joiner
        )  # fmt: skip

    def dash_counts(self):
        """Rule 4."""
        return self.dash and not (self.dash.draws and not self.dash.touches and self.after_pipe)

    def separator_counts(self, kind):
        """Rule 5."""
        needs = self.separator.needs
        return needs == "any" or kind == "DIGIT" or (needs == "wordy" and is_wordy(kind))
