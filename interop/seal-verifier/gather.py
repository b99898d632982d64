"""Gathering the payloads of a text, and of what stands beside it, into seals (seal-format.md §9.1)."""

from dataclasses import dataclass, field

from binary import Malformed
from marks import Stripped
from payloads import read_detached, read_payload
from units import to_units


@dataclass
class Seal:
    """The payloads of one algorithm, stream id and three bytes of key hint, and what is found out about them."""

    algorithm: str
    stream_id: bytes
    payloads: list = field(default_factory=list)
    key: object = None
    signature: str = "unchecked"
    signer: str = "unknown"
    verdicts: dict = field(default_factory=dict)  # by id() of a payload: valid or invalid
    closing: object = None
    mixed: bool = False
    claims: dict | None = None
    stretches: list = field(default_factory=list)
    content: str = "intact"
    hidden_markup: str = "unchecked"
    coverage: str = "excerpt"
    order: str = "ok"

    def of_kind(self, kind):
        return [payload for payload in self.payloads if payload.kind == kind]

    @property
    def hint(self):
        """§5: that of the last opening or closing, else that of the segments."""
        long = [payload.key_hint for payload in self.payloads if payload.kind != "segment"]
        return long[-1] if long else self.payloads[0].key_hint

    def verdict(self, payload):
        return self.verdicts.get(id(payload), "unchecked")

    def is_trusted(self):
        return self.signature == "valid" and self.signer == "trusted"


@dataclass
class Gathered:
    stripped: Stripped
    seals: list
    malformed: bool


def gather(text, detached):
    """Everything that a text and what is beside it hold."""
    stripped = Stripped(to_units(text))
    seals = {}
    for mark in stripped.marks:
        add(seals, mark.payload, mark.at)
    malformed = False
    if detached is not None:
        try:
            for payload in read_detached(to_units(detached)):
                add(seals, payload, None)
        except Malformed:
            malformed = True
    return Gathered(stripped, list(seals.values()), malformed)


def add(seals, data, at):
    """Adds a payload to its seal; what cannot be read, and what is beside the text and was there before, is not."""
    try:
        payload = read_payload(data)
    except Malformed:
        return
    payload.at = at
    key = (payload.algorithm, payload.stream_id, payload.key_hint[:3])
    seal = seals.get(key) or Seal(payload.algorithm, payload.stream_id)
    same = any(other.kind == payload.kind and other.fields == payload.fields for other in seal.payloads)
    if at is None and payload.kind != "opening" and same:
        return
    seal.payloads.append(payload)
    seals[key] = seal
