"""The skeleton of a text under each reading, from docs/seal-skeleton.md (sections 1 to 5).

`skeleton(text, reading)` gives a list of (character, offset), offsets in UTF-16 units. Characters come from Python's
`unicodedata`, which may be older than the Unicode 17.0 of the document: what was assigned between is read as WORD.
"""
import json
import pathlib
import re
import unicodedata

READINGS = ("markdown", "rendered", "listed", "escaped")

WORD, PUNCTUATION, MARK, DIGIT, IGNORED, DASH, SIGN, SPACE, TRANSPARENT = range(9)
DOT, COMMA, COLON, SEPARATOR, ELLIPSIS, SINGLE, DOUBLE, DELIMITER, HASH, PIPE = range(10, 20)
CARET, BANG, PAREN, JOINER, TAG, REWRITTEN, JOINT, BIDI = range(20, 28)
OTHER = 30  # only as what stood before


def units(text):
    """The length in UTF-16 units."""
    return len(text) + sum(c > "\uffff" for c in text)


def scalar(text):
    """Lone surrogates as U+FFFD."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def ranges(words):
    found = set()
    for word in words.split():
        low, _, high = word.partition("-")
        found.update(range(int(low, 16), int(high or low, 16) + 1))
    return found


TABLES = json.loads((pathlib.Path(__file__).resolve().parents[2] / "vectors/markdown/tables.json").read_text("utf-8"))


def table(name):
    return {code for first, last in TABLES[name] for code in range(first, last + 1)}


DIGITS, MARKS, PUNCTUATIONS = table("digits"), table("marks"), table("punctuation")
IGNORABLE = table("ignorables") | ranges("0-1F 7F-9F E0000-E0FFF")
# A code point has the class of the last row that names it, as in the document.
ROWS = [
    (DASH, "2D 58A 5BE 1400 1806 2010-2015 2212 2E17 2E1A 2E3A 2E3B 2E40 2E5D 30A0 FE31 FE32 FE58 FE63 FF0D"),
    (SIGN, "24 2B 3C 3D 3E 25 26 40 2F A7 B6 2020 2021 2030 2031 66A FE6A FF05 FF06 FF20 FF0F 203C 2049 303D 3030"),
    (SPACE, "9-D 20 85 A0 1680 2000-200A 2028 2029 202F 205F 3000"),
    (TRANSPARENT, "5B 5D 60"),
    (DOT, "2E FF0E"), (COMMA, "2C"), (COLON, "3A FF1A"), (SEPARATOR, "B7 66B 66C"), (ELLIPSIS, "2026 2025"),
    (SINGLE, "27 2018 2019 201A 201B 2032 2039 203A"), (DOUBLE, "22 201C 201D 201E 201F 2033 AB BB"),
    (DELIMITER, "2A 5F 7E"), (HASH, "23"), (PIPE, "7C"), (CARET, "5E"), (BANG, "21"), (PAREN, "28 FF08"),
    (JOINT, "3B 3F 5C 7B 7D"), (BIDI, "61C 200E 200F 202A-202E 2066-2069"),
    (JOINER, "200D"), (TAG, "E0020-E007F"), (REWRITTEN, "A9 AE 2122 301C FF5E 1FEF B1 37E 387"),
]
NAMED = {code: cls for cls, words in ROWS for code in ranges(words)}


def class_of(c):
    code = ord(c)
    if code in NAMED:
        return NAMED[code]
    if code in IGNORABLE:
        return IGNORED
    if code in DIGITS:
        return DIGIT
    if code in MARKS:
        return MARK
    if code in PUNCTUATIONS or 0x21 <= code <= 0x7E and not c.isalnum():
        return PUNCTUATION
    return WORD


def pictorial(c):
    return "\u2190" <= c <= "\u2bff" or "\U0001f000" <= c <= "\U0001fbff"


class Run:
    """A delimiter run that waits."""

    def __init__(self, char, before, first, alone):
        self.char, self.count, self.before, self.first, self.alone = char, 1, before, first, alone


class Fold:
    """Section 3."""

    def __init__(self):
        self.out = []  # (character, offset)
        self.cluster, self.at = "", []  # what may still be composed, and the offset of each of its characters
        self.kept, self.char, self.before = None, "", SPACE
        self.bracket = self.delimited = False
        self.word = ""  # the first letters behind an opening parenthesis
        self.settled()

    def settled(self):
        self.space = self.punctuation = self.colon = self.gap_bracket = self.after_pipe = False
        self.dash = self.touches = self.attached = self.draws = False
        self.bang = self.hash = self.pipe = self.joiner = self.paren = False
        self.separator = self.run = None

    def untouch(self):
        """What waits only for a character that touches it waits no longer."""
        self.separator = self.run = None
        self.bang = self.hash = self.pipe = self.joiner = self.paren = self.gap_bracket = False

    # -- writing

    def close(self):
        self.out += zip(self.cluster, self.at)
        self.cluster, self.at = "", []

    def write(self, c, at, joins=False):
        if not joins or not self.cluster:
            self.close()
            self.cluster = unicodedata.normalize("NFC", c)
            self.at = [at] * len(self.cluster)
        elif units(self.cluster) > 64:
            self.close()
            self.out.append((c, at))
        else:
            joined = self.cluster + c
            self.cluster = unicodedata.normalize("NFC", joined)
            if self.cluster == joined:
                self.at.append(at)
            else:
                self.at = (self.at + self.at[-1:] * len(joined))[:len(self.cluster)]
                last = min(len(joined) - 1, len(self.cluster)) - 1
                self.at = [self.at[min(i, last)] for i in range(len(self.cluster))]

    def keep(self, c, kind, at, joins=False):
        first = self.paren and self.before == OTHER and not (
            self.separator or self.dash or self.bang or self.hash)
        self.word = c if first else (self.word + c)[:2] if self.word else ""
        self.settle(c, kind, at)
        self.settled()
        self.write(c, at, joins)
        self.kept, self.char, self.before = kind, c, kind

    def settle(self, c, kind, at):
        wordy, run, wrote = kind in (WORD, DIGIT), self.run, ""
        if run:
            pair = (run.before, kind)
            letter = lambda k, x: k == WORD and x.isascii() and x.isalpha()
            if run.char == "~":
                wrote = "~" if run.count == 1 and kind == DIGIT else ""
            elif run.alone and run.char == "_":
                wrote = "_" if run.before in (WORD, DIGIT) and wordy else ""
            elif run.alone and (
                run.count <= 2 and pair == (DIGIT, DIGIT)
                or run.count == 1 and (run.before == DIGIT and letter(kind, c)
                                       or kind == DIGIT and letter(run.before, self.char))
            ):
                wrote = "*" * run.count
        if not wrote and self.pipe and wordy:
            wrote = "|"
        if not wrote and self.kept == kind == DIGIT and not self.paren:
            others = (self.space, self.punctuation, self.dash, self.bang, self.hash, self.pipe, self.joiner,
                      self.separator, self.after_pipe)
            if self.colon:
                wrote = ":"
            elif self.punctuation or self.space and not self.dash or self.gap_bracket and not any(others):
                wrote = " "
        wrote += "(" * self.paren + "!" * self.bang
        if self.dash and self.dash_counts():
            wrote += "-"
        wrote += "#" * self.hash
        if self.separator and (self.needs == "any" or kind == DIGIT or self.needs == "wordy" and wordy):
            wrote += self.separator
        if self.joiner and pictorial(c):
            wrote += "\u200d"
        for w in wrote:
            self.write(w, at)

    def dash_counts(self):
        return self.touches or not self.draws or not self.after_pipe

    # -- reading

    def give(self, c, at):
        cls = class_of(c)
        if cls == REWRITTEN:
            return self.rewrite(c, at)
        if cls == TRANSPARENT:
            if c != "`":
                self.bracket = c == "["
            self.gap_bracket = self.gap_bracket or self.before == DIGIT
        elif cls == BIDI:
            self.write(c, at)
            self.word = ""
        elif cls == JOINER:
            self.joiner = self.joiner or self.before == WORD and pictorial(self.char)
        elif cls == TAG:
            if self.before == WORD and self.char == "\U0001f3f4":
                self.write(c, at)
        elif cls == DELIMITER:
            if self.run and self.run.char == c:
                self.run.count += 1
            else:
                waits = (self.punctuation, self.colon, self.dash, self.bang, self.hash, self.pipe, self.joiner,
                         self.separator, self.run, self.paren)
                first = not self.delimited
                self.run = Run(c, self.before, first, first and not any(waits))
            self.delimited = True
        elif cls != IGNORED:
            self.visible(c, cls, at)
            self.bracket = self.delimited = False

    def rewrite(self, c, at):
        for w in {"\u00a9": "(c)", "\u00ae": "(r)", "\u2122": "(tm)", "\u00b1": "+-", "\u037e": ";",
                  "\u0387": "\u00b7", "\u1fef": ""}.get(c, ""):
            self.give(w, at)
        if c in "\u301c\uff5e":
            self.bracket = self.delimited = False
            self.keep("~", SIGN, at)

    def visible(self, c, cls, at):
        if cls in (WORD, MARK, DIGIT, SIGN):
            joins = cls == MARK or "\u1160" <= c <= "\u11ff"
            return self.keep(c, WORD if cls == MARK else cls, at, joins)
        if cls == SPACE:
            return self.white(at)
        self.run, self.joiner = None, False
        self.punctuate(c, cls, at)
        self.word = ""

    def punctuate(self, c, cls, at):
        wordy = self.before in (WORD, DIGIT)
        if cls == PUNCTUATION:
            if c == ")" and self.word in ("c", "C", "r", "R"):
                self.cluster = self.cluster.lower()
            self.drop()
        elif cls == PAREN:
            if self.bang:
                self.write("!", at)
            if self.dash and self.dash_counts():
                self.write("-", at)
            self.dash = False
            self.drop()
            self.paren = True
        elif cls == DASH:
            if self.before == SIGN and self.char == "+":
                return self.keep("-", SIGN, at)
            running = self.dash and self.touches
            if self.dash and not running and self.dash_counts():
                self.write("-", at)
            if not running:
                self.attached = wordy
            self.draws = running or c != "-"
            if self.separator == ":" and self.after_pipe:
                self.separator = None
            elif self.separator:
                self.drop()
            self.dash = self.touches = True
            self.before = OTHER
        elif cls in (SINGLE, DOUBLE):
            quote = "'" if cls == SINGLE else '"'
            if self.before == DIGIT:
                return self.keep(quote, SIGN, at)
            self.separate(quote, "wordy") if self.before == WORD else self.drop()
        elif cls == HASH:
            if wordy:
                return self.keep("#", SIGN, at)
            self.hash, self.before = True, OTHER
        elif cls == CARET:
            if not self.bracket:
                return self.keep("^", SIGN, at)
            self.drop()
        elif cls == PIPE:
            if wordy:
                self.pipe, self.before = True, OTHER
                return
            self.forget_rule()
            if not self.attached and (self.touches or self.draws):
                self.dash = False
            self.white(at)
            self.after_pipe = True
        elif cls == BANG:
            if self.before == DIGIT:
                return self.keep("!", SIGN, at)
            if self.before != SIGN or self.char != "!":
                self.bang, self.before = True, OTHER
        elif cls == JOINT:
            self.separate(c, "wordy") if wordy else self.drop()
        else:
            if cls == COLON and self.touches:
                self.draws = True
            separator = {DOT: ".", COMMA: ",", COLON: ":", ELLIPSIS: "\u2026"}.get(cls, c)
            self.separate(separator, "digit" if c >= "\uff00" else "any")

    def separate(self, c, needs):
        alone = self.before == SPACE
        if self.separator in (".", "\u2026") and c in (".", "\u2026"):
            c = "\u2026"
        elif self.separator and self.separator != c:
            self.drop()
        self.separator, self.needs, self.alone = c, needs, alone
        self.touches, self.before = False, OTHER

    def forget_rule(self):
        """The colon behind the dashes of a table's rule."""
        if self.dash and self.draws and self.after_pipe and self.separator == ":":
            self.separator = None

    def drop(self):
        self.close()
        self.untouch()
        self.touches = False
        self.punctuation = self.punctuation or self.kept == DIGIT
        self.before = OTHER

    def white(self, at):
        run = self.run
        if run and run.char in "*~" and run.count == 1 and run.first and run.before == SPACE:
            self.run = None
            self.keep(run.char, SIGN, at)
        elif self.separator and self.alone and self.separator in "\u00b7\u066b\u066c":
            sign, self.separator = self.separator, None
            self.keep(sign, SIGN, at)
        else:
            if self.separator == ":" and self.alone and self.kept == DIGIT:
                self.colon = True
            self.forget_rule()
            if (self.separator or self.bang or self.hash) and self.kept == DIGIT:
                self.punctuation = True
            self.untouch()
            self.touches = False
        self.close()
        self.space = self.space or self.kept == DIGIT
        self.before = SPACE
        self.word = ""

    def end(self):
        self.close()
        return self.out


# -- section 4

NAME = r"[A-Za-z][A-Za-z0-9-]*"
ATTRIBUTE = r"""(?:[ \t\n]+[A-Za-z_:][A-Za-z0-9_.:-]*(?:[ \t\n]*=[ \t\n]*(?:[^ \t\n"'=<>`]+|'[^']*'|"[^"]*"))?)"""
RAW = re.compile(
    rf"<{NAME}{ATTRIBUTE}*[ \t\n]*/?>|</{NAME}[ \t\n]*>|<!-->|<!--->|<!--.*?-->|<\?>|<\?.*?\?>|<!(?!--)[^>]*>", re.S)
AUTOLINK = re.compile(
    r"<[A-Za-z][A-Za-z0-9-]*(?:(?=[.!#$%&'*+=?^_`{|}~:@])[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]*[:@][^\x00-\x20<>]*)>")
LIMIT = 512
PARTS = [re.compile(part, re.S) for part in (
    rf"<{NAME}{ATTRIBUTE}*(?:[ \t\n]+(?:[A-Za-z_:][A-Za-z0-9_.:-]*[ \t\n]*(?:=[ \t\n]*(?:'[^']*|\"[^\"]*)?)?)?|[ \t\n]*/)?",
    rf"</(?:{NAME}[ \t\n]*)?", r"<!.*", r"<\?.*",
    r"<[A-Za-z][A-Za-z0-9-]*(?:(?=[.!#$%&'*+=?^_`{|}~:@])[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]*(?:[:@][^\x00-\x20<>]*)?)?")]


def tag_reach(text, i, limit):
    """How far what begins at i could still be a tag or an autolink."""
    return max([part.end() for part in (p.match(text, i, limit) for p in PARTS) if part], default=i + 1)


def tag_limit(text, i):
    """A tag ends before a blank line and after 512 units."""
    room, j = LIMIT, i
    blank = re.compile(r"\n[ \t]*\n").search(text, i)
    stop = blank.end() - 1 if blank else len(text)
    while j < stop and room >= units(text[j]):
        room -= units(text[j])
        j += 1
    return j


BREAKS = set(TABLES["breakingElements"])
LIST_MARK = re.compile(r"(?:[0-9]{1,9}[.)]|[\u00b7\u2022\u25e6\u25aa\u25ab\u2023\u2043\u25cb\u25cf\u25a0\u25a1*+\-\u2013"
                       r"\u2610\u2611\u2612]|\[[ \t\u00a0xX]\])(?=[ \t\u00a0\n]|\Z)[ \t\u00a0]*")


def breaks(raw):
    name = re.match(rf"</?({NAME})", raw)
    return bool(name) and name[1].lower() in BREAKS


def offsets_of(text):
    """The UTF-16 offset of each character, and the length."""
    found, at = [], 0
    for c in text:
        found.append(at)
        at += 2 if c > "\uffff" else 1
    return found + [at]


def skeleton(text, reading):
    text = scalar(text)
    at = offsets_of(text)
    fold = Fold()
    if reading == "markdown":
        Markdown(text, at, fold).read()
        fold.give(" ", at[len(text)])
        return fold.end()
    i = 0
    while i < len(text):
        if reading == "listed" and (i == 0 or text[i - 1] == "\n"):
            start = re.compile(r"[ \t\u00a0]*").match(text, i).end()
            while mark := LIST_MARK.match(text, start):
                start = i = mark.end()
            if i >= len(text):
                break
        if reading == "escaped" and text[i] == "<":
            limit = tag_limit(text, i)
            raw = not AUTOLINK.match(text, i, limit) and RAW.match(text, i, limit)
            if raw:
                if breaks(raw[0]):
                    fold.give(" ", at[raw.end() - 1])
                i = raw.end()
                continue
            # What fails is text, in which no other is looked for.
            for i in range(i, tag_reach(text, i, limit)):
                fold.give(text[i], at[i])
            i += 1
            continue
        fold.give(text[i], at[i])
        i += 1
    fold.give(" ", at[len(text)])
    return fold.end()


# -- section 5

PUNCT = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
ENTITY = re.compile(r"&(?:#[A-Za-z0-9]{0,31}|[A-Za-z0-9]{1,32});")
NUMBER = re.compile(r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});")
DRAWN = re.compile(r"(?:[-|:][-|:\t ]*|\*[*\t ]*)$")
MARKER = re.compile(r"(?:[-+*]|([0-9]{1,9})[.)])(?=[ \t\n]|$)")
TASK = re.compile(r"\[[ xX]\](?=[ \t])[ \t]*")
FENCE = re.compile(r"(`{3,})[^`\n]*$|(~{3,})[^\n]*$")


class Markdown:
    def __init__(self, text, at, fold):
        self.lines = []  # (text without line end, offsets, offset of the line end or None)
        start = 0
        for end in re.finditer(r"\r\n|\r|\n", text):
            self.lines.append((start, end.start()))
            start = end.end()
        self.lines.append((start, len(text)))
        # One text in which every line end is a line feed, and where each of its characters stands.
        self.text = "\n".join(text[a:b] for a, b in self.lines)
        self.at = [at[i] for a, b in self.lines for i in range(a, b + 1)]
        self.fold = fold
        self.levels = [[]]  # for each quotation, the columns of the items in it
        self.paragraph = self.table = False
        self.fence = None  # (character, length, quotations, items)
        self.inline()

    def inline(self):
        """Inline state ends with the block."""
        self.code, self.open, self.closed, self.unheld = 0, 0, -2, -1

    def block(self):
        self.inline()
        self.paragraph = False

    def give(self, start, end):
        for i in range(start, end):
            self.fold.give(self.text[i], self.at[i])

    def blank(self, start, end):
        for i in range(start, end):
            self.fold.give(" ", self.at[i])

    def read(self):
        i, text = 0, self.text
        while i <= len(text):
            end = text.find("\n", i)
            end = len(text) if end < 0 else end
            after = self.line(i, end)  # beyond this line's end where a held construct was
            end = text.find("\n", max(after, end))
            end = len(text) if end < 0 else end
            if end < len(text):
                self.fold.give(" ", self.at[end])
            i = end + 1

    def line(self, start, end):
        i, column, begin = start, 0, start
        depth, items = 0, self.levels[0]
        new = False  # a quotation or an item has begun in this line
        text, indent = self.text, 0

        def white(i, column):
            while i < end and text[i] in " \t":
                column += 4 - column % 4 if text[i] == "\t" else 1
                i += 1
            return i, column

        base = 0  # where the content of the innermost item that this line is in begins
        while True:
            i, column = white(i, column)
            if i == end:
                break
            inside = [c for c in items if c <= column]
            base = max(inside[-1] if inside else 0, base if new else 0)
            if text[i] == ">" and column - base < 4:
                if depth + 1 >= len(self.levels):
                    if self.fence:
                        break
                    del self.levels[depth + 1:]
                    self.levels.append([])
                    self.block()
                    self.table = False
                del items[len(inside):]
                depth += 1
                items = self.levels[depth]
                i, column, base = i + 1, 0, 0
                if i < end and text[i] == " ":
                    i += 1
                continue
            if self.fence and depth == self.fence[2] and len(inside) >= self.fence[3]:
                break
            if column - base >= 4:
                break
            mark = MARKER.match(text, i)
            if not mark or DRAWN.match(text[i:end]):
                break
            deepest = self.levels[-1] if depth + 1 < len(self.levels) else items
            closes = any(c > column for c in deepest)
            if self.paragraph and not new and mark[1] and int(mark[1]) != 1 and not closes:
                break
            if self.paragraph and not new and mark.end() == end and not closes:
                break
            del items[len(inside):]
            del self.levels[depth + 1:]
            self.fence = None
            self.block()
            self.table = False
            new = True
            after, width = white(mark.end(), column + mark.end() - i)
            content = column + mark.end() - i
            if after == end or width - content > 4:
                content += 1
                items += [content] if len(items) < 16 else []
                i, column = min(mark.end() + 1, end), content
            else:
                items += [width] if len(items) < 16 else []
                i, column = after, width
                task = TASK.match(text, i, end)
                if task:
                    i = task.end()
                    base = items[-1]
                    break
            base = items[-1]
        self.blank(begin, i)
        if i == end:  # a blank line
            if self.fence:
                if depth < self.fence[2]:
                    self.fence = None
                else:
                    return end
            self.block()
            self.table = False
            if depth + 1 < len(self.levels):
                del self.levels[depth + 1:]
            return end
        if self.fence:
            char, length, quotes, count = self.fence
            inside = [c for c in items if c <= column]
            if depth < quotes or len(inside) < count:
                self.fence = None
                self.block()
            else:
                rest = text[i:end].rstrip(" \t")
                if len(rest) >= length and set(rest) == {char}:
                    self.fence = None
                else:
                    self.give(i, end)
                return end
        lazy = self.paragraph and not new
        if not new and column - base >= 4 and not self.paragraph:
            self.close(depth, column)
            self.give(i, end)
            return end
        if new and column - base >= 4:
            self.give(i, end)
            return end
        rest = text[i:end]
        if column - base < 4:
            text_line = not self.paragraph and re.match(r"--[ \t]*$", rest)
            drawn = DRAWN.match(rest) and not text_line and not (self.table and rest[0] in "-|:") or \
                self.paragraph and re.match(r"=+[ \t]*$", rest)
            if drawn and units(rest) <= LIMIT:
                self.table = bool(self.paragraph and "-" in rest and ("|" in rest or ":" in rest))
                self.block()
                self.close(depth, column)
                return end
        if column - base < 4:
            fence = FENCE.match(rest)
            if fence and units(rest) <= LIMIT:
                run = fence[1] or fence[2]
                if run[0] == "~":
                    run = re.match("~+", rest)[0]
                self.close(depth, column)
                self.block()
                self.table = False
                self.fence = (run[0], len(run), depth, sum(c <= column for c in items))
                return end
            if rest[0] == "#":
                self.close(depth, column)
                self.block()
                self.table = False
                after = self.prose(i, end, False)
                self.block()
                return after
        if not lazy:
            self.close(depth, column)
        if self.table:
            self.inline()
        after = self.prose(i, end, self.table or rest[0] == "|")
        self.paragraph = not self.table
        return after

    def close(self, depth, column):
        """Close the quotations and items that a line is not in."""
        del self.levels[depth + 1:]
        self.levels[depth][:] = [c for c in self.levels[depth] if c <= column]

    def held(self, i):
        """How far a held construct that begins at i may go."""
        room, j, text = LIMIT, i, self.text
        while j < len(text):
            room -= 2 if text[j] > "\uffff" else 1
            if room < 0:
                return j
            if text[j] == "\n":
                k = j + 1
                while k < len(text) and text[k] in " \t":
                    k += 1
                c = text[k:k + 1]
                if not c or c.isascii() and not c.isalpha() and c not in "\"')/":
                    return j
            j += 1
        return j

    def prose(self, i, end, pipes):
        """The text of a line from i to end; gives back where it stopped, beyond end where a held construct went on."""
        text, fold = self.text, self.fold
        while i < end:
            c = text[i]
            if c == "`":
                run = re.compile("`+").match(text, i).end() - i
                self.code = run if not self.code else 0 if self.code == run else self.code
                self.give(i, i + run)
                i += run
                continue
            if self.code:
                if pipes and c == "\\" and i + 1 < end and text[i + 1] in "\\|":
                    # A pipe behind a backslash is shown, without it.
                    self.give(i + (text[i + 1] == "|"), i + 2)
                    i += 2
                    continue
                if pipes and c == "|":
                    self.blank(i, i + 1)
                else:
                    self.give(i, i + 1)
                i += 1
                continue
            if c == "\\":
                following = text[i + 1:i + 2]
                if following in PUNCT and i + 1 < end:
                    self.give(i + 1, i + 2)
                    i += 2
                elif following in ("\n", ""):
                    i += 1
                else:
                    self.give(i, i + 1)
                    i += 1
                continue
            if c in "&(!<" and i > self.unheld:
                after = self.construct(i, c)
                if after:
                    i = after
                    if i > end:
                        end = text.find("\n", i)
                        end = len(text) if end < 0 else end
                    continue
            if c == "[":
                self.open += 1
            elif c == "]" and self.open:
                self.open -= 1
                self.closed = i
            if pipes and c == "|":
                self.blank(i, i + 1)
            else:
                self.give(i, i + 1)
            i += 1
        return i

    def construct(self, i, c):
        text, limit = self.text, self.held(i)
        if c == "&":
            entity = ENTITY.match(text, i, limit)
            decoded = entity and decode(entity[0])
            if not entity:
                return None
            for d in entity[0] if decoded is None else decoded:
                self.fold.give(d, self.at[i])
            return entity.end()
        if c == "<":
            link = AUTOLINK.match(text, i, limit)
            if link:
                self.give(i + 1, link.end() - 1)
                return link.end()
            raw = RAW.match(text, i, limit)
            if raw and breaks(raw[0]):
                self.fold.give(" ", self.at[i])
            if not raw:
                self.unheld = tag_reach(text, i, limit) - 1
            return raw and raw.end()
        if c == "(":
            if self.closed != i - 1:
                return None
            ok, j = target(text, i, limit)
            if not ok:
                self.unheld = j - 1
            return j if ok else None
        if text[i + 1:i + 2] != "[":
            return None
        ok, j = image(text, i, limit)
        if not ok:
            self.unheld = j - 1
        return j if ok else None


def image(text, i, limit):
    """A whole image from its `![`: whether it is one, and where it ends or fails."""
    depth, j = 0, i + 1
    while j < limit:
        if text[j] == "`":
            return False, j
        if text[j] == "\\":
            j += 1
            if text[j:j + 1] == "`":
                return False, min(j, limit)
        elif text[j] == "[":
            depth += 1
        elif text[j] == "]":
            depth -= 1
            if not depth:
                break
        j += 1
    if j + 1 >= limit or text[j + 1] != "(":
        return False, min(j + 1, limit)
    return target(text, j + 1, limit)


def decode(entity):
    if entity[1] != "#":
        return TABLES["references"].get(entity[1:-1])
    if not NUMBER.fullmatch(entity):
        return None
    code = int(entity[3:-1], 16) if entity[2] in "xX" else int(entity[2:-1])
    return "\ufffd" if not code or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)


def target(text, i, limit):
    """An inline link's target and title from its parenthesis: whether it is one, and where it ends or fails."""
    def white(j):
        while j < limit and text[j] in " \t\n":
            j += 1
        return j

    j = white(i + 1)
    if text[j:j + 1] == "<" and j < limit:
        j += 1
        while j < limit and text[j] not in "<>\n`":
            j += 2 if text[j] == "\\" else 1
        if j >= limit or text[j] != ">":
            return False, min(j, limit)
        j += 1
    else:
        depth = 0
        while j < limit and text[j] > " " and text[j] != "\x7f":
            if text[j] == "`":
                return False, j
            if text[j] == "\\" and text[j + 1:j + 2] in PUNCT:
                j += 1
            elif text[j] == "(":
                depth += 1
            elif text[j] == ")":
                if not depth:
                    break
                depth -= 1
            j += 1
        if depth:
            return False, min(j, limit)
    k = white(j)
    if k > j and k < limit and text[k] in "\"'(":
        closer = ")" if text[k] == "(" else text[k]
        k += 1
        while k < limit and text[k] != closer:
            if text[k] == "(" == chr(ord(closer) - 1):
                return False, k
            k += 2 if text[k] == "\\" else 1
        k = white(k + 1)
    ok = k < limit and text[k] == ")"
    return ok, min(k + 1 if ok else k, limit)
