"""Digests of texts, openings, chains and links (seal-format.md §2, §4)."""

import hashlib

from binary import varint
from units import to_utf8


def domain(name):
    return b"streamseal/1 " + name.encode() + b"\0"


def text_digest(kind, stream_id, index, text):
    """`kind` is exact or skeleton; the text is one of characters, in NFC."""
    return hashlib.sha256(domain(kind) + stream_id + varint(index) + to_utf8(text)).digest()[:12]


def opening_digest(payload):
    return hashlib.sha256(domain("opening") + payload).digest()[:12]


def chain_digest(all_fields):
    chain = bytes(16)
    for fields in all_fields:
        chain = hashlib.sha256(domain("chain") + chain + fields).digest()[:16]
    return chain


def link_to(fields):
    return hashlib.sha256(domain("link") + fields).digest()[:4]
