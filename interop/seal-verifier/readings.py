"""The readings of a page, and the code skeleton (seal-skeleton.md §4, seal-format.md §4)."""

import re

import held
from fold import Fold
from markdown import Markdown
from units import nfc, with_offsets

READINGS = {
    "markdown": ["markdown", "rendered", "listed", "escaped"],
    "plain": ["rendered"],
    "code": ["code"],
}
ALL_READINGS = READINGS["markdown"]
LIST_MARKS = re.compile(
    r"(?:^|(?<=\n))[ \t\u00a0]*"
    r"(?:(?:[0-9]{1,9}[.)]|[·•◦▪▫‣⁃○●■□*+\-–☐☑☒]|\[[ \t\u00a0xX]\])(?=[ \t\u00a0\n]|\Z)[ \t\u00a0]*)+"
)
CODE_SPACE = "\\t-\\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
LONGEST_FOLDED = 1024


def skeleton(units, reading):
    """The skeleton of a text under a reading, and the offsets of its code points."""
    if reading == "code":
        return code(units)
    fold = Fold()
    {"markdown": markdown, "rendered": rendered, "listed": listed, "escaped": escaped}[reading](units, fold)
    return fold.finish()


def normal_skeleton(units, reading):
    """The same in NFC, as digests take it."""
    return normalised(*skeleton(units, reading))


def normalised(characters, offsets):
    """The skeleton in NFC; where that is of another length, what is left keeps its offsets in their order."""
    composed = nfc(characters)
    if len(composed) != len(characters):
        offsets = (offsets + [offsets[-1]] * len(composed))[: len(composed)] if offsets else []
    return composed, offsets


def markdown(units, fold):
    Markdown(units, fold).read()


def rendered(units, fold):
    for character, offset in with_offsets(units):
        fold.give(character, offset)
    fold.give(" ", len(units))


def listed(units, fold):
    hidden = set()
    for found in LIST_MARKS.finditer(units):
        hidden.update(range(*found.span()))
    for character, offset in with_offsets(units):
        if offset not in hidden:
            fold.give(character, offset)
    fold.give(" ", len(units))


def escaped(units, fold):
    """HTML tags that the page showed as text are left out; autolinks stay."""
    characters = list(with_offsets(units))
    text = "".join(character for character, _ in characters)
    at = 0
    while at < len(text):
        end, found = at + 1, {}
        if text[at] == "<":
            end, complete = held.follow(held.angle(found), text + "\n", at, in_escaped=True)
            if complete and found["kind"] == "html":
                if found["breaks"]:
                    fold.give(" ", characters[end - 1][1])
                at = end
                continue
        for character, offset in characters[at:end]:
            fold.give(character, offset)
        at = max(end, at + 1)
    fold.give(" ", len(units))


def code(units):
    """The text less what copying changes: white space before line ends and at the end."""
    hidden, feeds = set(), set()
    for run in re.finditer(f"[{CODE_SPACE}]+", units):
        start, end = run.span()
        if end - start > LONGEST_FOLDED:
            continue
        if end == len(units):
            hidden.update(range(start, end))
            continue
        for line in re.finditer("[^\r\n]*(\r\n|\r|\n)", units[start:end]):
            hidden.update(range(start + line.start(), start + line.end()))
            feeds.add(start + line.start(1))
    written = [("\n" if offset in feeds else character, offset)
               for character, offset in with_offsets(units) if offset in feeds or offset not in hidden]  # fmt: skip
    return "".join(character for character, _ in written), [offset for _, offset in written]
