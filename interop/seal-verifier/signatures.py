"""Which key, which signatures, which signer (seal-format.md §9.2)."""

from digests import chain_digest, opening_digest
from keys import is_signed_by

MOST_CHECKS = 64
MOST_KEYS = 4
MOST_HINTS = 256


class Checker:
    """Checks the signatures of the seals of one text, as many as a text may cost."""

    def __init__(self, keys, now_ms):
        self.keys, self.now_ms = keys, now_ms
        self.checks = 0
        self.hints = set()

    def candidates(self, hint):
        """The keys whose id begins with a hint; none beyond 256 hints."""
        if hint not in self.hints and len(self.hints) >= MOST_HINTS:
            return []
        self.hints.add(hint)
        return [key for key in self.keys if key.thumbprint.startswith(hint)]

    def check(self, payload, key):
        """True or False, or None where no more is checked."""
        if self.checks >= MOST_CHECKS:
            return None
        self.checks += 1
        return is_signed_by(payload, key)

    def judge(self, seal):
        """Fills in everything of a seal that section 9.2 says."""
        closings, segments = seal.of_kind("closing"), seal.of_kind("segment")
        seal.closing = closings[0] if closings else None
        candidates = self.candidates(seal.hint)
        fitting = [key for key in candidates if key.algorithm == seal.algorithm]
        if not fitting:
            if candidates:
                seal.signature = "invalid"
                seal.verdicts = {id(payload): "invalid" for payload in closings + segments}
            return
        self.choose_key(seal, fitting[:MOST_KEYS], (closings or segments or [None])[0])
        self.check_closings(seal, closings)
        self.check_segments(seal, segments)
        opening, fits = self.opening(seal, segments)
        verdicts = set(seal.verdicts.values()) | (set() if fits else {"invalid"})
        seal.signature = next((word for word in ("invalid", "valid") if word in verdicts), "unchecked")
        seal.signer = seal.key.standing(self.now_ms)
        if seal.is_trusted():
            seal.claims = self.claims(seal, opening)

    def record(self, seal, payload, valid):
        if valid is not None:
            seal.verdicts[id(payload)] = "valid" if valid else "invalid"

    def choose_key(self, seal, keys, payload):
        """Of several keys the first under which one mark is valid."""
        seal.key = keys[0]
        if len(keys) == 1 or payload is None:
            return
        first = None
        for key in keys:
            valid = self.check(payload, key)
            if key is keys[0]:
                first = valid
            if valid:
                seal.key = key
                return self.record(seal, payload, True)
        self.record(seal, payload, first)

    def check_each(self, seal, payloads):
        for payload in payloads:
            if id(payload) not in seal.verdicts:
                self.record(seal, payload, self.check(payload, seal.key))

    def check_closings(self, seal, closings):
        self.check_each(seal, closings)
        seal.closing = next((one for one in closings if seal.verdict(one) == "valid"), seal.closing)

    def check_segments(self, seal, segments):
        """A valid closing vouches for the chain of its segments; otherwise each is checked."""
        closing = seal.closing
        complete = (
            closing is not None
            and seal.verdict(closing) == "valid"
            and len(segments) == closing.index
            and sorted(segment.index for segment in segments) == list(range(len(segments)))
        )
        in_order = sorted(segments, key=lambda segment: segment.index)
        if complete and segments and chain_digest([one.fields for one in in_order]) == closing.chain:
            for segment in segments:
                self.record(seal, segment, True)
            return
        self.check_each(seal, segments)
        seal.mixed = complete and bool(segments) and all(seal.verdict(one) == "valid" for one in segments)

    def opening(self, seal, segments):
        """The opening whose digest a valid segment 0 carries, and whether there is none that should be."""
        openings = seal.of_kind("opening")
        firsts = [one for one in segments if one.index == 0 and seal.verdict(one) == "valid"]
        digests = {one.opening_digest for one in firsts}
        found = next((one for one in openings if opening_digest(one.data) in digests), None)
        return found, bool(found or not openings or not firsts)

    def claims(self, seal, opening):
        claims = dict(opening.claims) if opening else {}
        if seal.closing and seal.closing.claims and seal.verdict(seal.closing) == "valid":
            claims |= seal.closing.claims
        return claims if "model" in claims else None
