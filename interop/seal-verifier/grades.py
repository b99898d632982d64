"""Content, coverage and order of a seal, gaps and the status of the text (seal-format.md §9.4, §9.5)."""

from digests import link_to
from places import FOUND

MOST_COMPARED = 32
STATUSES = ["intact", "reformatted", "excerpt", "truncated", "altered", "unknown-signer", "invalid"]


def gaps_of(seals, text_length):
    """What no stretch covers."""
    covered = sorted((one.start, one.end) for seal in seals for one in seal.stretches if one.end > one.start)
    gaps, at = [], 0
    for start, end in [*covered, (text_length, text_length)]:
        if start > at:
            gaps.append((at, start))
        at = max(at, end)
    return gaps


def span_of(seal):
    """From the first beginning to the last end, or None."""
    if not seal.stretches:
        return None
    return min(one.start for one in seal.stretches), max(one.end for one in seal.stretches)


def grade(seal, unsealed):
    """Content (as far as the stretches say), coverage and order of one seal."""
    statuses = [one.status for one in seal.stretches]
    seal.content = next((word for word in ("altered", "not-comparable", "reformatted") if word in statuses), "intact")
    seal.hidden_markup = "checked" if statuses and set(statuses) == {"intact"} else "unchecked"
    seal.coverage = coverage(seal, unsealed)
    seal.order = order(seal)


def coverage(seal, unsealed):
    indexes = {one.index for one in seal.stretches}
    closing = seal.closing
    if closing:
        tail = any(one.payload is closing for one in seal.stretches)
        empty = closing.index != 0 and closing.lengths["exact"] == 0
        segments = {one.index for one in seal.stretches if one.payload.kind == "segment"}
        below = len([index for index in segments if index < closing.index]) == closing.index
        if below and (tail or empty):
            return "whole"
        open_end = closing.at is None or not (tail or empty)
    else:
        open_end = True
    without_hole = bool(indexes) and len(indexes) == max(indexes) + 1
    starts_late = indexes and any(end == span_of(seal)[0] for _, end in unsealed)
    return "truncated" if without_hole and open_end and not starts_late else "excerpt"


def order(seal):
    indexes = [one.index for one in seal.stretches]
    steps = [second - first for first, second in zip(indexes, indexes[1:])]
    starts = [one.start for one in seal.stretches if one.status in FOUND and one.end > one.start]
    if any(step <= 0 for step in steps) or starts != sorted(starts):
        return "reordered"
    if seal.mixed or not linked(seal):
        return "spliced"
    if indexes and seal.closing and seal.closing.at is not None:
        steps.append(max(seal.closing.index, indexes[-1]) - indexes[-1])
    return "gaps" if any(step > 1 for step in steps) else "ok"


def linked(seal):
    """Does each mark carry the link to its neighbour, where both are there and neither is forged?"""
    marks = [one.payload for one in seal.stretches if one.payload is not seal.closing]
    marks = [one for one in marks + [seal.closing] if one and seal.verdict(one) != "invalid"]
    pairs = [(one, other) for one, other in zip(marks, marks[1:]) if one.index + 1 == other.index]
    return all(other.link == link_to(one.fields) for one, other in pairs)


def mark_splices(seals, seen):
    """Seals that another one was put into, and halves of two streams that were put together."""
    compared = [(seal, span_of(seal)) for seal in seals[:MOST_COMPARED]]
    spliced = []
    for seal, span in compared:
        for other, other_span in compared:
            if other is seal or span is None or other_span is None:
                continue
            if any(lies_inside(one, seal, span) for one in other.stretches):
                spliced.append(seal)
            if continues(seal, span, other, other_span, seen):
                spliced += [seal, other]
    for seal in spliced:
        if seal.order != "reordered":
            seal.order = "spliced"


def lies_inside(stretch, seal, span):
    """Does a stretch of another seal lie within a seal, beside all that is the seal's own?"""
    if stretch.start >= stretch.end or stretch.start < span[0] or stretch.end > span[1]:
        return False
    return all(stretch.end <= own.start or stretch.start >= own.end for own in seal.stretches)


def continues(seal, span, other, other_span, seen):
    """Is a seal without a closing followed by one without a beginning?"""
    if seal.closing or any(one.index == 0 for one in other.stretches) or other_span[0] < span[1]:
        return False
    return not seen.is_seen(span[1], other_span[0])


def judge_gaps(seals, gaps, unsealed, payloads):
    """What stands between stretches, and what cannot be seen, changes the content of seals."""
    for seal in seals:
        span = span_of(seal)
        if span and any(start >= span[0] and end <= span[1] for start, end in unsealed):
            seal.content = "altered"
    hidden = [gap for gap in gaps if gap not in unsealed and not is_covered(gap, payloads)]
    for seal in seals:
        if hidden and seal.coverage == "whole" and seal.content == "intact":
            seal.content = "reformatted"


def is_covered(gap, ranges):
    at = gap[0]
    for start, end in sorted(ranges):
        if start <= at < end:
            at = end
    return at >= gap[1]


def status_of(seals, unsealed):
    if not seals:
        return "unsealed"
    return max((status for seal in seals for status in statuses(seal, unsealed)), key=STATUSES.index)


def statuses(seal, unsealed):
    """Every status that holds of a seal."""
    found = any(one.status in FOUND and not one.is_empty() for one in seal.stretches)
    unchecked = seal.signature == "unchecked" or any(one.status == "unchecked" for one in seal.stretches)
    yield "intact"
    if seal.content == "reformatted":
        yield "reformatted"
    if seal.coverage == "excerpt" or seal.order == "gaps" or unsealed or seal.content == "not-comparable":
        yield "excerpt"
    if seal.coverage == "truncated":
        yield "truncated"
    if seal.content == "altered" or seal.order in ("reordered", "spliced"):
        yield "altered"
    if seal.content == "not-comparable" and not found:
        yield "altered"
    if seal.signer != "trusted" or unchecked:
        yield "unknown-signer"
    if seal.signature == "invalid":
        yield "invalid"
