"""Hidden things of others that are left in the clean text (seal-format.md §9.6)."""

import re

ZERO_WIDTH = re.compile("[\u200b-\u200d\u2060\ufeff]+")
SELECTORS = re.compile("(?:[\ufe00-\ufe0f]|\udb40[\udd00-\uddef])+")
TAGS = re.compile("(?:\udb40[\udc00-\udc7f])+")
FLAG, CANCEL = "\ud83c\udff4", "\udb40\udc7f"
MOST_FLAG_TAGS = 7
BEGINNINGS = re.compile("[\u200b-\u200d\u2060\ufeff\ufe00-\ufe0f]|\udb40[\udc00-\uddef]")
C2PA = b"C2PATXT\0\x01"
RUFJT = "".join("\u200c" if byte >> bit & 1 else "\u200b" for byte in b"RUFJT" for bit in range(8))


def selector_values(run):
    """The values of selectors, each with its place in the run."""
    values, at = [], 0
    while at < len(run):
        if run[at] == "\udb40":
            values.append((ord(run[at + 1]) - 0xDD00 + 16, at))
            at += 2
        else:
            values.append((ord(run[at]) - 0xFE00, at))
            at += 1
    return values


def find_foreign(text):
    """Ranges of the clean text as (kind, start, end)."""
    found, at = [], 0
    while here := BEGINNINGS.search(text, at):
        at = here.start()
        kind, start, end = at_place(text, at)
        if kind:
            found.append((kind, start, end))
        at = max(end, at + 1)
    return found


def at_place(text, at):
    end = c2pa_end(text, at)
    if end:
        return "c2pa", at, end
    for pattern, judge in ((ZERO_WIDTH, zero_width), (SELECTORS, selectors), (TAGS, tags)):
        run = pattern.match(text, at)
        if run:
            return judge(text, *run.span())
    return None, at, at + 1


def c2pa_end(text, at):
    """Where a wrapper of C2PA that begins here ends, or None."""
    run = SELECTORS.match(text, at + 1) if text[at] == "\ufeff" else None
    if not run:
        return None
    values = selector_values(run[0])
    data = bytes(value for value, _ in values)
    length = int.from_bytes(data[9:13], "big")
    if data[:9] != C2PA or len(data) < 13 or length == 0 or len(data) < 13 + length:
        return None
    last = 13 + length
    while last < len(data) and data[last] in (0x00, 0xFF):
        last += 1
    return run.end() if last == len(data) else run.start() + values[last][1]


def zero_width(text, start, end):
    if text[end - 1] == "\ufeff" and end - 1 > start and c2pa_end(text, end - 1):
        end -= 1
    if end - start < 4:
        return None, start, end
    return ("encypher" if text.startswith(RUFJT, start, end) else "zero-width"), start, end


def selectors(text, start, end):
    values = selector_values(text[start:end])
    skip = 1 if values[0][0] in (14, 15) else 0
    payload = values[skip:]
    if len(payload) >= 16 and [value for value, _ in payload[:2]] == [0x7B, 0x22]:
        return "encypher", start + payload[0][1], end
    return ("selectors" if len(values) >= 2 else None), start, end


def tags(text, start, end):
    flag = text.endswith(FLAG, 0, start) and text.endswith(CANCEL, start, end) and (end - start) // 2 <= MOST_FLAG_TAGS
    return (None if flag else "tags"), start, end
