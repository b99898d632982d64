"""Digests of texts, openings and chains (seal-format.md §2, §4)."""

import hashlib

from binary import varint
from units import nfc, to_utf8


def domain(name):
    return b"streamseal/1 " + name.encode() + b"\0"


def text_digest(kind, stream_id, index, text):
    """`kind` is exact or skeleton; the text is one of characters."""
    return hashlib.sha256(domain(kind) + stream_id + varint(index) + to_utf8(nfc(text))).digest()[:12]


def opening_digest(payload):
    return hashlib.sha256(domain("opening") + payload).digest()[:12]


def chain_digest(all_fields):
    joined = b"".join(varint(len(fields)) + fields for fields in all_fields)
    return hashlib.sha256(domain("chain") + joined).digest()[:16]
