"""Where the stretches of a seal stand in the text, and what became of them (seal-format.md §9.3)."""

from dataclasses import dataclass

from source import holds_source

FOUND = ("intact", "reformatted")


@dataclass
class Stretch:
    """A segment, or the tail of a closing."""

    payload: object
    status: str = "altered"
    start: int = 0
    end: int = 0
    likely_end: int | None = None

    @property
    def index(self):
        return self.payload.index

    @property
    def mark(self):
        return self.payload.at

    @property
    def reach(self):
        return self.end if self.likely_end is None else self.likely_end

    def is_found(self):
        return self.status in FOUND

    def is_empty(self):
        return self.payload.lengths["exact"] == 0


class Budget:
    """§10: how much of a text is hashed."""

    def __init__(self, text_length):
        self.left = 16 * text_length + 65536

    def spend(self, size):
        self.left -= size
        return self.left >= 0

    def is_spent(self):
        return self.left < 0


def list_stretches(seal):
    """The stretches of a seal in the order of the list."""
    segments = seal.of_kind("segment")
    beside = sorted((one for one in segments if one.at is None), key=lambda one: one.index)
    listed = [Stretch(one) for one in [*(one for one in segments if one.at is not None), *beside]]
    closing = seal.closing
    if closing and has_tail(closing, {one.index for one in listed}):
        listed.append(Stretch(closing))
    return listed


def has_tail(closing, indexes):
    if closing.index == 0:
        return True
    if closing.lengths["exact"] == 0:
        return False
    return closing.at is not None or closing.index - 1 in indexes


class Placer:
    """Places the stretches of one seal after another in one text."""

    def __init__(self, lines, all_marks, seen, budget):
        self.lines, self.marks, self.seen, self.budget = lines, sorted(all_marks), seen, budget
        self.text_length = len(lines.units)

    def place(self, seal):
        """Fills in the stretches of a seal that are not absent; False where the seal is not to be reported."""
        listed = list_stretches(seal)
        present = []
        for at, stretch in enumerate(listed):
            previous = present[-1] if present else None
            if self.find(stretch, previous, listed[at:]):
                self.end_guess(previous, stretch)
                present.append(stretch)
            elif self.is_absent(stretch, previous):
                stretch.status = "absent"
            else:
                self.guess(stretch, previous)
                present.append(stretch)
        reported = bool(present) or any(payload.at is not None for payload in seal.payloads)
        if present and self.is_left_behind(present[0], present[1:]):
            present[0].status = "absent"
            del present[0]
        trailing = self.excuse_trailing(present)
        self.join(present)
        self.compare_source(present, trailing)
        self.apply_signatures(seal, present)
        seal.stretches = present
        return reported

    # Finding

    def find(self, stretch, previous, rest):
        payload = stretch.payload
        for line in [self.lines.exact(), *self.lines.tried(payload.format)]:
            for start in dict.fromkeys(self.candidates(line, stretch, previous, rest)):
                length = payload.lengths[line.kind]
                if start < 0 or start + length > len(line):
                    continue
                if self.budget.spend(length) and line.has(start, payload):
                    self.settle(stretch, line, start)
                    return True
        return False

    def candidates(self, line, stretch, previous, rest):
        payload = stretch.payload
        follows = previous is not None and previous.index == stretch.index - 1
        if stretch.mark is not None:
            yield line.index(stretch.mark) - payload.lags[line.kind] - payload.lengths[line.kind]
        if follows:
            yield line.index(previous.reach)
        elif stretch.mark is not None and payload.lags["exact"] > 0:
            yield line.index(self.mark_before(stretch))
        if stretch.mark is None:
            if stretch.index == 0:
                yield 0
            start = len(line) - sum(one.payload.lengths[line.kind] for one in rest)
            if not (follows and previous.is_found() and line.index(previous.end) > start):
                yield start

    def settle(self, stretch, line, start):
        payload = stretch.payload
        end = start + payload.lengths[line.kind]
        if line.kind == "exact":
            stretch.status = "intact"
            stretch.start = line.offset(start)
            stretch.end = line.end_before(end) if end > start else stretch.start
            return
        stretch.status = "reformatted"
        stretch.start = line.end_before(start)
        at_mark = stretch.mark is not None and payload.lags["skeleton"] == 0 and line.index(stretch.mark) == end
        stretch.end = stretch.mark if at_mark else line.end_before(end)

    def end_guess(self, previous, stretch):
        """One that was guessed beside the text ends where the next one that is found begins."""
        if previous and previous.likely_end is not None and stretch.start >= previous.start:
            previous.end = stretch.start

    # Where it is not found

    def is_absent(self, stretch, previous):
        if stretch.index == 0:
            return False
        follows = previous is not None and previous.index == stretch.index - 1
        exact = self.lines.exact()
        if stretch.mark is None:
            return not follows or len(exact) - exact.index(previous.reach) < stretch.payload.lengths["exact"]
        return follows and self.is_cut_behind(stretch, previous)

    def is_cut_behind(self, stretch, previous):
        def is_short(line):
            return len(line) - line.index(stretch.mark) < -stretch.payload.lags[line.kind]

        def is_whole(line):
            before = line.index(stretch.mark) - line.index(previous.reach)
            return before == stretch.payload.lengths[line.kind] + stretch.payload.lags[line.kind]

        exact = self.lines.exact()
        whole = [line for line in self.lines.tried(stretch.payload.format) if is_whole(line)]
        return is_short(exact) and (is_whole(exact) or (bool(whole) and all(map(is_short, whole))))

    def guess(self, stretch, previous):
        stretch.status = "not-comparable" if stretch.payload.not_comparable else "altered"
        if self.budget.is_spent():
            stretch.status = "unchecked"
        if stretch.mark is None:
            return self.guess_beside(stretch, previous)
        stretch.end = self.exact_end(stretch)
        start = previous.end if previous else self.mark_before(stretch)
        stretch.start = min(start, stretch.end)

    def exact_end(self, stretch):
        """Where the exact lag says that a stretch ends."""
        lag = stretch.payload.lags["exact"]
        if lag == 0:
            return stretch.mark
        exact = self.lines.exact()
        return exact.end_before(max(exact.index(stretch.mark) - lag, 0))

    def mark_before(self, stretch):
        """The last mark of any seal that stands before the exact end and not where its own mark does, else 0."""
        end = self.exact_end(stretch)
        return max((mark for mark in self.marks if mark < end and mark != stretch.mark), default=0)

    def guess_beside(self, stretch, previous):
        stretch.start = previous.reach if previous else 0
        if previous:
            previous.end = stretch.start
        exact = self.lines.exact()
        stretch.end = self.text_length
        behind = exact.index(stretch.start) + stretch.payload.lengths["exact"]
        stretch.likely_end = max(exact.end_before(behind), stretch.start)

    def is_left_behind(self, first, rest):
        """A passage that begins in the middle of a segment."""
        if first.mark is None or first.index == 0 or first.is_found():
            return False
        if not any(one.is_found() and not one.is_empty() for one in rest):
            return False
        begins = self.mark_before(first)
        lags, lengths = first.payload.lags, first.payload.lengths
        return all(
            line.index(first.mark) - lags[line.kind] - line.index(begins) < lengths[line.kind]
            for line in [self.lines.exact(), *self.lines.tried(first.payload.format)]
        )

    # Neighbours, and what else is said of a stretch

    def excuse_trailing(self, present):
        """Those whose mark stands behind words that a page may have changed; the result is pairs of neighbours."""
        pairs = [
            (one, other)
            for one, other in zip(present, present[1:])
            if one.status == "altered"
            and one.mark is not None
            and one.payload.lags["exact"] > 0
            and other.index == one.index + 1
            and other.status == "not-comparable"
        ]
        for one, _ in pairs:
            one.status = "not-comparable"
        return pairs

    def join(self, present):
        for first, second in zip(present, present[1:]):
            if second.index != first.index + 1 or second.start == first.end:
                continue
            if second.is_found() and not first.is_found() and second.start >= first.start:
                first.end = second.start
                continue
            self.judge_between(first, second)
            second.start = first.end
            second.end = max(second.end, second.start)

    def judge_between(self, first, second):
        between = sorted((first.end, second.start))
        if self.seen.is_seen(*between):
            if second.status not in ("not-comparable", "unchecked"):
                second.status = "altered"
        elif second.status == "intact":
            second.status = "reformatted"

    def compare_source(self, present, trailing):
        """Where nobody has rendered the text, source that is left is no other rendering."""
        found = [one for one in present if one.is_found() and not one.is_empty()]
        if not found or any(one.status != "intact" for one in found):
            return
        for one in present:
            if one.status != "not-comparable":
                continue
            if not self.budget.spend(one.end - one.start):
                one.status = "unchecked"
            elif holds_source(self.lines.units[one.start : one.end]):
                one.status = "altered"
        for one, other in trailing:
            if other.status == "altered":
                one.status = "altered"

    def apply_signatures(self, seal, present):
        for one in present:
            verdict = seal.verdict(one.payload)
            if verdict == "invalid":
                one.status = "altered"
            elif verdict == "unchecked" and seal.signature != "unchecked" and one.status != "altered":
                one.status = "unchecked"
