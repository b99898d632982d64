"""Payloads: openings, segments and closings (seal-format.md §2), and what stands beside a text (§6)."""

import base64
import re
from dataclasses import dataclass, field

from binary import Malformed, Reader
from claims import read_claims
from marks import crc24

ALGORITHMS = {1: "Ed25519", 2: "HMAC-SHA256"}
KINDS = {1: "opening", 2: "segment", 3: "closing"}
FORMATS = {0x00: "markdown", 0x40: "plain", 0x80: "code"}
ENDINGS = ["complete", "aborted", "length-limited", "failed"]
NOT_COMPARABLE, HAS_CLAIMS = 0x10, 0x20
SIGNATURE_BYTES = {"Ed25519": 64, "HMAC-SHA256": 16}
MOST_BYTES = 4096
LONGEST_DETACHED = 65536
WHITE_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


@dataclass
class Payload:
    """A payload taken apart; what a kind does not have is None. `index` of a closing is its count."""

    kind: str
    algorithm: str
    stream_id: bytes
    key_hint: bytes
    data: bytes
    format: str = "markdown"
    not_comparable: bool = False
    index: int = 0
    opening_digest: bytes | None = None
    ending: str | None = None
    chain: bytes | None = None
    link: bytes | None = None
    lengths: dict = field(default_factory=dict)
    digests: dict = field(default_factory=dict)
    lags: dict = field(default_factory=dict)
    claims: dict | None = None
    fields: bytes = b""
    signature: bytes = b""
    at: int | None = None


def read_payload(data):
    """Takes a payload apart, or raises Malformed."""
    reader = Reader(data)
    first, second = reader.byte(), reader.byte()
    kind, algorithm = KINDS.get(first & 0x0F), ALGORITHMS.get(second & 0x0F)
    if first >> 4 != 1 or kind is None or algorithm is None or second & 0xC0 not in FORMATS:
        raise Malformed("another version, kind, algorithm or format")
    refused = {"opening": 0xF0, "segment": HAS_CLAIMS, "closing": 0}[kind]
    if second & refused:
        raise Malformed("a flag that this kind does not have")
    payload = Payload(kind, algorithm, reader.take(8), reader.take(3 if kind == "segment" else 6), data)
    payload.format = FORMATS[second & 0xC0]
    payload.not_comparable = bool(second & NOT_COMPARABLE)
    if kind == "opening":
        payload.claims = read_claims(data[reader.at :])
        return payload
    if kind == "segment":
        read_segment(reader, payload)
    else:
        read_closing(reader, payload, second)
    payload.fields = data[: reader.at]
    payload.lags = {"exact": reader.zigzag(), "skeleton": reader.zigzag()}
    payload.signature = reader.take(SIGNATURE_BYTES[algorithm])
    if not reader.at_end():
        raise Malformed("bytes behind the signature")
    return payload


def read_extent(reader, payload):
    payload.lengths = {"exact": reader.varint(), "skeleton": reader.varint()}
    payload.digests = {"exact": reader.take(12), "skeleton": reader.take(12)}


def read_segment(reader, payload):
    payload.index = reader.varint()
    if payload.index == 0:
        payload.opening_digest = reader.take(12)
    else:
        payload.link = reader.take(4)
    read_extent(reader, payload)


def read_closing(reader, payload, flags):
    payload.index = reader.varint()
    ending = reader.byte()
    if ending >= len(ENDINGS):
        raise Malformed("another ending")
    payload.ending = ENDINGS[ending]
    if payload.index:
        payload.chain = reader.take(16)
        payload.link = reader.take(4)
    read_extent(reader, payload)
    if flags & HAS_CLAIMS:
        payload.claims = read_claims(reader.take(reader.varint()))


def read_detached(given):
    """The payloads of one or more detached strings (§6), as bytes; raises Malformed for what is given as a whole."""
    strings = [string for string in re.split(f"[{WHITE_SPACE}]+", given) if string]
    if len(given) > LONGEST_DETACHED or not strings:
        raise Malformed("empty or too long")
    return [payload for string in strings for payload in read_string(string)]


def read_string(string):
    if not string.startswith("ss1."):
        raise Malformed("no detached string")
    data = from_base64url(string[4:])
    body, crc = data[:-3], data[-3:]
    if not body or crc24(body).to_bytes(3, "big") != crc:
        raise Malformed("an empty body or a wrong checksum")
    reader, payloads = Reader(body), []
    while not reader.at_end():
        length = reader.varint()
        if length > MOST_BYTES:
            raise Malformed("a length too great")
        payloads.append(reader.take(length))
    return payloads


def to_base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64url(text):
    """Base64url without padding, unused bits zero."""
    if len(text) % 4 == 1 or not re.fullmatch("[A-Za-z0-9_-]*", text):
        raise Malformed("no base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if to_base64url(data) != text:
        raise Malformed("unused bits that are not zero")
    return data
