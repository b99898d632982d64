"""The fold: from the characters that a reading gives to the skeleton (seal-skeleton.md §3)."""

from characters import REWRITTEN, class_of, is_pictorial
from clusters import Clusters
from waiting import Dash, Run, Separator, Waiting, is_wordy

KINDS = {"WORD": "WORD", "MARK": "WORD", "DIGIT": "DIGIT", "SIGN": "SIGN"}
INVISIBLE = ("IGNORED", "BIDI", "TRANSPARENT", "DELIMITER", "JOINER", "TAG")
THROUGH_ABBREVIATIONS = ("IGNORED", "TRANSPARENT", "DELIMITER", "JOINER", "TAG")
DOTS = ".\u2026"


def is_ascii_letter(character):
    return character is not None and character.isascii() and character.isalpha()


class Fold(Waiting):
    """Takes characters with their offsets; `finish` gives the skeleton and the offset of each of its code points."""

    def __init__(self):
        self.out = Clusters()
        self.kept = self.kept_character = None
        self.before = "SPACE"
        self.bracket = False  # a remembered `[`
        self.delimited = False  # a delimiter has come since the last visible character
        self.abbreviation = False  # `C` or `R` behind an open paren was the last thing kept
        super().__init__()

    def finish(self):
        self.out.close()
        return "".join(self.out.characters), self.out.offsets

    def give(self, character, offset):
        if "\ud800" <= character <= "\udfff":
            character = "\ufffd"
        name = class_of(character)
        if name == "REWRITTEN":
            return self.give_rewritten(character, offset)
        self.take(name, character, offset)

    def give_rewritten(self, character, offset):
        if character == "\u1fef":
            return
        if character in "\u301c\uff5e":
            return self.take("SIGN", "~", offset)
        for one in REWRITTEN[character]:
            self.give(one, offset)

    def take(self, name, character, offset):
        """One character of a class, and what is remembered from one to the next."""
        self.end_abbreviation(name, character)
        if name in KINDS:
            self.keep(character, KINDS[name], offset)
        elif name == "SPACE":
            self.space(offset)
        elif name in INVISIBLE:
            self.invisible(name, character, offset)
        else:
            self.run, self.joiner = None, False
            self.other(name, character, offset)
        if character in "[]":
            self.bracket = character == "["
        if name == "DELIMITER":
            self.delimited = True
        elif name not in INVISIBLE:
            self.bracket = self.delimited = False

    def end_abbreviation(self, name, character):
        if self.abbreviation and character == ")":
            self.out.replace_last(self.kept_character.lower())
        if name not in THROUGH_ABBREVIATIONS:
            self.abbreviation = False

    # A kept character

    def keep(self, character, kind, offset):
        between = self.separator or self.dash or self.bang or self.hash
        self.abbreviation = character in "CR" and self.paren and not between
        wrote = self.settle_run(character, kind, offset)
        if not wrote and self.kept == "DIGIT" and kind == "DIGIT" and not self.paren:
            self.settle_gap(offset)
        self.settle_signs(character, kind, offset)
        self.wait_for_nothing()
        self.out.write(character, offset)
        self.kept, self.kept_character, self.before = kind, character, kind

    def settle_run(self, character, kind, offset):
        """Rule 1: the delimiter run where it counts, else the pipe."""
        written = self.run_as_written(character, kind) if self.run else ""
        if not written and self.pipe and is_wordy(kind):
            written = "|"
        for one in written:
            self.out.write(one, offset)
        return bool(written)

    def run_as_written(self, character, kind):
        run = self.run
        if run.character == "~":
            return "~" if run.count == 1 and kind == "DIGIT" else ""
        if not run.alone:
            return ""
        if run.character == "_":
            return "_" if is_wordy(run.before) and is_wordy(kind) else ""
        both = run.before == "DIGIT" and kind == "DIGIT"
        mixed = (run.before == "DIGIT" and is_ascii_letter(character)) or (
            run.before == "WORD" and is_ascii_letter(self.kept_character) and kind == "DIGIT"
        )
        return "*" * run.count if (both and run.count <= 2) or (mixed and run.count == 1) else ""

    def settle_gap(self, offset):
        """Rule 2: what keeps two numbers apart."""
        if self.gap_colon:
            self.out.write(":", offset)
        elif (
            (self.gap_bracket and self.nothing_else_waits())
            or self.gap_punctuation
            or (self.gap_space and not self.dash)
        ):
            self.out.write(" ", offset)

    def settle_signs(self, character, kind, offset):
        """Rules 3 to 5."""
        if self.paren:
            self.out.write("(", offset)
        if self.bang:
            self.out.write("!", offset)
        if self.dash_counts():
            self.out.write("-", offset)
        if self.hash:
            self.out.write("#", offset)
        if self.separator and self.separator_counts(kind):
            self.out.write(self.separator.character, offset)
        if self.joiner and is_pictorial(character):
            self.out.write("\u200d", offset)

    # White space and what is invisible

    def space(self, offset):
        run, separator = self.run, self.separator
        if run and run.character in "*~" and run.count == 1 and run.first and run.before == "SPACE":
            self.run = None
            self.keep(run.character, "SIGN", offset)
        elif separator and separator.alone and class_of(separator.character) == "SEPARATOR":
            self.separator = None
            self.keep(separator.character, "SIGN", offset)
        else:
            self.let_go()
        self.out.close()
        if self.kept == "DIGIT":
            self.gap_space = True
        self.before = "SPACE"

    def let_go(self):
        separator = self.separator
        if separator and separator.alone and separator.character == ":" and self.kept == "DIGIT":
            self.gap_colon = True
        self.forget_colon_of_rule()
        if (self.separator or self.bang or self.hash) and self.kept == "DIGIT":
            self.gap_punctuation = True
        self.touch_nothing()

    def invisible(self, name, character, offset):
        pictorial = self.kept_character is not None and is_pictorial(self.kept_character)
        if name == "BIDI":
            self.out.write(character, offset)
        elif name == "TRANSPARENT" and self.before == "DIGIT":
            self.gap_bracket = True
        elif name == "JOINER" and self.before == "WORD" and pictorial:
            self.joiner = True
        elif name == "TAG" and self.before == "WORD" and self.kept_character == "\U0001f3f4":
            self.out.write(character, offset)
        elif name == "DELIMITER":
            self.delimiter(character)

    def delimiter(self, character):
        if self.run and self.run.character == character:
            self.run.count += 1
            return
        first = not self.delimited
        waits = (
            self.gap_punctuation or self.gap_colon or self.separator or self.dash or self.bang or self.hash
            or self.paren or self.pipe or self.run or self.joiner
        )  # fmt: skip
        self.run = Run(character, self.before, first, first and not waits)

    # Every other character

    def drop(self):
        self.touch_nothing()
        if self.kept == "DIGIT":
            self.gap_punctuation = True
        self.before = "OTHER"
        self.out.close()

    def separate(self, character, needs):
        """A separator waits."""
        alone, waiting = self.before == "SPACE", self.separator
        if waiting and waiting.character in DOTS and character in DOTS:
            character = "\u2026"
        elif waiting and waiting.character != character:
            self.drop()
        self.separator = Separator(character, needs, alone)
        self.before = "OTHER"
        if self.dash:
            self.dash.touches = False

    def other(self, name, character, offset):
        handlers = {
            "PUNCTUATION": lambda: self.drop(),
            "OPEN PAREN": lambda: self.open_paren(offset),
            "DASH": lambda: self.hyphen(character, offset),
            "SINGLE QUOTE": lambda: self.quote("'", offset),
            "DOUBLE QUOTE": lambda: self.quote('"', offset),
            "JOINT": lambda: self.separate(character, "wordy") if is_wordy(self.before) else self.drop(),
            "HASH": lambda: self.number_sign(offset),
            "CARET": lambda: self.drop() if self.bracket else self.keep("^", "SIGN", offset),
            "PIPE": lambda: self.bar(offset),
            "BANG": lambda: self.exclaim(offset),
            "DOT": lambda: self.separate(".", "digit" if character == "\uff0e" else "any"),
            "COMMA": lambda: self.separate(",", "any"),
            "COLON": lambda: self.colon("digit" if character == "\uff1a" else "any"),
            "SEPARATOR": lambda: self.separate(character, "any"),
            "ELLIPSIS": lambda: self.separate("\u2026", "any"),
        }
        handlers[name]()

    def open_paren(self, offset):
        if self.bang:
            self.out.write("!", offset)
        if self.dash_counts():
            self.out.write("-", offset)
        self.dash = None
        self.drop()
        self.paren = True

    def hyphen(self, character, offset):
        if self.before == "SIGN" and self.kept_character == "+":
            return self.keep("-", "SIGN", offset)
        goes_on = self.dash and self.dash.touches
        if not goes_on:
            if self.dash_counts():
                self.out.write("-", offset)
            self.dash = Dash(is_wordy(self.before), False)
        self.dash.draws = self.dash.draws or bool(goes_on) or character != "-"
        if self.separator and self.separator.character == ":" and self.after_pipe:
            self.separator = None
        elif self.separator:
            self.drop()
        self.dash.touches = True
        self.before = "OTHER"

    def quote(self, character, offset):
        if self.before == "DIGIT":
            self.keep(character, "SIGN", offset)
        elif self.before == "WORD":
            self.separate(character, "wordy")
        else:
            self.drop()

    def number_sign(self, offset):
        if is_wordy(self.before):
            return self.keep("#", "SIGN", offset)
        self.hash = True
        self.before = "OTHER"

    def bar(self, offset):
        if is_wordy(self.before):
            self.pipe = True
            self.before = "OTHER"
            return
        self.forget_colon_of_rule()
        if self.dash and not self.dash.attached and (self.dash.touches or self.dash.draws):
            self.dash = None
        self.space(offset)
        self.after_pipe = True

    def exclaim(self, offset):
        if self.before == "DIGIT":
            self.keep("!", "SIGN", offset)
        elif not (self.before == "SIGN" and self.kept_character == "!"):
            self.bang = True
            self.before = "OTHER"

    def colon(self, needs):
        if self.dash and self.dash.touches:
            self.dash.draws = True
        self.separate(":", needs)
