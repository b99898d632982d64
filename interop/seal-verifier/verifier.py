"""The verifier: from a text and the keys that its user trusts to a report (seal-format.md §9)."""

from foreign import find_foreign
from gather import gather
from grades import gaps_of, grade, judge_gaps, mark_splices, status_of
from keys import key_id
from lines import Lines
from payloads import to_base64url
from places import Budget, Placer
from seen import Seen
from signatures import Checker
from units import from_units


def verify(text, keys, now_ms, detached=None):
    """The report of section 9.6, as plain data."""
    gathered = gather(text, detached)
    clean = gathered.stripped.text
    checker = Checker(keys, now_ms)
    for seal in gathered.seals:
        checker.judge(seal)
    lines = Lines(clean)
    seen = Seen(lines, formats_of(gathered.seals))
    seals = place(gathered, lines, seen)
    foreign = find_foreign(clean)
    gaps = gaps_of(seals, len(clean))
    unsealed = [gap for gap in gaps if not seals or seen.is_seen(*gap)]
    for seal in seals:
        grade(seal, unsealed)
    mark_splices(seals, seen)
    payloads = [(start, end) for kind, start, end in foreign if kind in ("encypher", "c2pa")]
    judge_gaps(seals, gaps, unsealed, payloads)
    report = {
        "status": status_of(seals, unsealed),
        "text": from_units(clean),
        "seals": [seal_report(seal) for seal in seals],
        "unsealed": [{"start": start, "end": end} for start, end in unsealed],
        "foreign": [foreign_report(found, gathered.stripped.given) for found in foreign],
    }
    return report | ({"detached": "malformed"} if gathered.malformed else {})


def formats_of(seals):
    return {one.format for seal in seals for one in seal.payloads if one.kind != "opening"}


def place(gathered, lines, seen):
    """Places every seal, those of trusted signers first (§10); the result is what is reported."""
    marks = [one.at for seal in gathered.seals for one in seal.payloads if one.at is not None]
    placer = Placer(lines, marks, seen, Budget(len(lines.units)))
    placed = {}
    for seal in sorted(gathered.seals, key=lambda seal: not seal.is_trusted()):
        placed[id(seal)] = placer.place(seal)
    return [seal for seal in gathered.seals if placed[id(seal)]]


def seal_report(seal):
    trust = {"Ed25519": "public-key", "HMAC-SHA256": "shared-secret"}
    return {
        "streamId": seal.stream_id.hex(),
        "signature": seal.signature,
        "signer": seal.signer,
        "keyId": key_id(seal.key) if seal.key else to_base64url(seal.hint),
        "algorithm": seal.algorithm,
        "trustKind": trust[seal.algorithm],
        **({"claims": seal.claims} if seal.claims else {}),
        "content": seal.content,
        "hiddenMarkup": seal.hidden_markup,
        "coverage": seal.coverage,
        **({"ending": seal.closing.ending} if seal.closing else {}),
        "order": seal.order,
        "segments": [
            {"index": one.index, "start": one.start, "end": one.end, "status": one.status} for one in seal.stretches
        ],
    }


def foreign_report(found, given):
    """Ranges of the text as given, with its marks."""
    kind, start, end = found
    return {"kind": kind, "start": given[start], "end": given[end - 1] + 1}
