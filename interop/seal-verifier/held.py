"""Held constructs, one character at a time (seal-skeleton.md §5).

Each is a generator that is sent characters: it returns when one completes it, and raises Refuted on one that cannot be.
"""

from units import TABLES, width

LONGEST_HELD = 512
WHITE = " \t\n"
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
DIGITS = frozenset("0123456789")
LOCAL = frozenset(".!#$%&'*+/=?^_`{|}~")
BREAKING = frozenset(TABLES["breakingElements"])


class Refuted(Exception):
    """The character last sent cannot stand here."""


def is_control(character):
    return character < " " or character == "\x7f"


def expect(condition):
    if not condition:
        raise Refuted


def angle(found):
    """What begins with `<` (already read): `found` is told `kind` (autolink or html) and `breaks`."""
    found["kind"], found["breaks"] = "html", False
    c = yield
    if c == "!":
        yield from declaration()
    elif c == "?":
        yield from instruction()
    elif c == "/":
        c = yield
        expect(c in LETTERS)
        name = c
        c = yield
        while c in LETTERS or c in DIGITS or c == "-":
            name += c
            c = yield
        while c in WHITE:
            c = yield
        expect(c == ">")
        found["breaks"] = name.lower() in BREAKING
    else:
        expect(c in LETTERS)
        yield from tag_or_autolink(c, found)


def declaration():
    """`<!--` up to `-->`; anything else up to `>`."""
    c = yield
    if c == ">":
        return
    if c != "-":
        return (yield from up_to(">"))
    c = yield
    if c == ">":
        return
    if c != "-":
        return (yield from up_to(">"))
    seen = ""
    while True:
        seen += yield
        if seen in (">", "->") or seen.endswith("-->"):
            return


def up_to(end):
    while (yield) != end:
        pass


def instruction():
    """`<?` up to the first `?>`; `<?>` is whole."""
    before = "?"
    while True:
        c = yield
        if before == "?" and c == ">":
            return
        before = c


def tag_or_autolink(name, found):
    c = yield
    while c in LETTERS or c in DIGITS or c == "-":
        name += c
        c = yield
    if c in WHITE or c in "/>":
        found["breaks"] = name.lower() in BREAKING
        return (yield from rest_of_tag(c))
    while c not in ":@":
        expect(c in LETTERS or c in DIGITS or c == "-" or c in LOCAL)
        c = yield
    found["kind"] = "autolink"
    while True:
        c = yield
        if c == ">":
            return
        expect(c not in "< " and not is_control(c))


def rest_of_tag(c):
    """CommonMark §6.6: attributes, an optional slash and `>`."""
    while True:
        spaced = c in WHITE
        while c in WHITE:
            c = yield
        if c == "/":
            expect((yield) == ">")
            return
        if c == ">":
            return
        expect(spaced and (c in LETTERS or c in "_:"))
        c = yield from attribute()


def attribute():
    """An attribute, less its first character; the character behind it is the result."""
    c = yield
    while c in LETTERS or c in DIGITS or c in "_.:-":
        c = yield
    spaces = False
    while c in WHITE:
        spaces = True
        c = yield
    if c != "=":
        if spaces:
            return (yield from next_attribute(c))
        return c
    c = yield
    while c in WHITE:
        c = yield
    if c in "\"'":
        yield from up_to(c)
        return (yield)
    expect(c not in "<=>`")
    while c not in WHITE and c != ">":
        expect(c not in "\"'=<`")
        c = yield
    return c


def next_attribute(c):
    """Behind white space another attribute may follow at once."""
    if c in LETTERS or c in "_:":
        return (yield from attribute())
    return c


def link():
    """What follows `](`: CommonMark §6.3, a target and a title."""
    c = yield
    while c in WHITE:
        c = yield
    if c == "<":
        yield from pointed_target()
        c = yield
    elif c != ")":
        c = yield from bare_target(c)
    spaced = c in WHITE
    while c in WHITE:
        c = yield
    if c == ")":
        return
    expect(spaced and c in "\"'(")
    yield from title(")" if c == "(" else c)
    c = yield
    while c in WHITE:
        c = yield
    expect(c == ")")


def pointed_target():
    while True:
        c = yield
        if c == ">":
            return
        expect(c not in "<\n")
        if c == "\\":
            expect((yield) != "\n")


def bare_target(c):
    """Parentheses nest at most 32 deep; a backtick or a control refutes it. The character behind it is the result."""
    depth = 0
    while True:
        if c in WHITE:
            expect(depth == 0)
            return c
        expect(c != "`" and not is_control(c))
        if c == "(":
            depth += 1
            expect(depth <= 32)
        elif c == ")":
            if depth == 0:
                return c
            depth -= 1
        elif c == "\\":
            c = yield
            if not is_punctuation(c):
                continue
        c = yield


def is_punctuation(c):
    return "!" <= c <= "~" and not (c in LETTERS or c in DIGITS)


def title(end):
    while True:
        c = yield
        if c == end:
            return
        expect(not (end == ")" and c == "("))
        if c == "\\":
            yield


def image():
    """What follows `!`: `[` … `](` … `)`."""
    expect((yield) == "[")
    depth = 1
    while depth:
        c = yield
        expect(c != "`")
        if c == "\\":
            yield
        elif c in "[]":
            depth += 1 if c == "[" else -1
    expect((yield) == "(")
    yield from link()


def entity(found):
    """What follows `&`: a reference; `found` is told its text, which is the source where it is not known."""
    name = ""
    while True:
        c = yield
        if c == ";":
            break
        expect(c in LETTERS or c in DIGITS or (c == "#" and not name))
        name += c
        expect(len(name) <= 32)
    found["text"] = decode(name)


def decode(name):
    if not name.startswith("#"):
        expect(name)
        return TABLES["references"].get(name, f"&{name};")
    digits, base, most = (name[2:], 16, 6) if name[1:2] in ("x", "X") else (name[1:], 10, 7)
    allowed = "0123456789abcdefABCDEF" if base == 16 else "0123456789"
    expect(0 < len(digits) <= most and all(digit in allowed for digit in digits))
    code = int(digits, base)
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def follow(grammar, text, start, over_lines=True, in_escaped=False):
    """Sends a grammar what follows `start`: the place behind what is complete, or the one that refuted it."""
    next(grammar)
    size, fresh = 1, False
    for at in range(start + 1, len(text)):
        character = text[at]
        size += width(character)
        stops = character == "\n" and (fresh or not over_lines or at == len(text) - 1)
        if size > LONGEST_HELD or stops or (fresh and not in_escaped and ends_held(character)):
            return at, False
        fresh = character == "\n" or (fresh and character in " \t")
        try:
            grammar.send(character)
        except StopIteration:
            return at + 1, True
        except Refuted:
            return at, False
    return len(text), False


def ends_held(character):
    """Does this character, the first of a new line, end what is held?"""
    return character.isascii() and not (character in " \t\n" or character.isalpha() or character in "\"')/")
