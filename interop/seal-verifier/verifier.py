"""A verifier of the seal, version 1, written from docs/seal-format.md alone. Numbers in comments are its sections."""
import base64
import bisect
import hashlib
import hmac
import json
import math
import re
import struct
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timezone

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from skeleton import READINGS, offsets_of, scalar, skeleton, units

WHITE = set("\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff") | set(map(chr, range(0x2000, 0x200B)))

FOUND = ("intact", "reformatted")
ALGORITHMS = {1: "Ed25519", 2: "HMAC-SHA256"}
SIGNATURE = {1: 64, 2: 16}
KINDS = {1: "opening", 2: "segment", 3: "closing"}
FORMATS = ("markdown", "plain", "code")
ENDINGS = ("complete", "aborted", "length-limited", "failed")
SAFE = 2**53 - 1


class Malformed(Exception):
    """Bytes that are none of this format."""


def need(condition):
    if not condition:
        raise Malformed


def domain(name):
    return f"streamseal/1 {name}".encode() + b"\0"


def H(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def nfc(text):
    return unicodedata.normalize("NFC", scalar(text))


def encode_varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out) + bytes([n])


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        need(self.at + n <= len(self.data))
        self.at += n
        return self.data[self.at - n:self.at]

    def byte(self):
        return self.take(1)[0]

    def varint(self):
        n = shift = 0
        while True:
            b = self.byte()
            n |= (b & 127) << shift
            shift += 7
            need(n <= SAFE)
            if b < 128:
                need(b or shift == 7)  # the shortest form
                return n

    def zigzag(self):
        n = self.varint()
        return -(n + 1) // 2 if n & 1 else n // 2

    def rest(self):
        return self.take(len(self.data) - self.at)


# -- 1. Marks

def crc24(data):
    crc = 0xB704CE
    for b in data:
        crc ^= b << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return crc.to_bytes(3, "big")


def checked(data):
    need(len(data) > 3 and crc24(data[:-3]) == data[-3:])
    return data[:-3]


def decode_digits(digits):
    """The payload of a mark."""
    need(5 <= len(digits) <= 4154)
    data = b""
    for i in range(0, len(digits), 76):
        block = digits[i:i + 76]
        need(len(block) > 1)
        n = 0
        for d in block:
            n = n * 238 + d
        need(n < 256 ** (len(block) - 1))
        data += n.to_bytes(len(block) - 1, "big")
    return checked(data)


def find_marks(text):
    """The clean text, and (offset, payload) of each mark, in their order."""
    clean, marks, at, last = [], [], 0, 0
    for run in re.finditer("[\U000e0100-\U000e01ef]+", text):
        clean.append(text[last:run.start()])
        at += units(text[last:run.start()])
        last = run.end()
        out, frames, found = [], [], []
        values = [ord(c) - 0xE0100 for c in run[0]]
        places = []  # of what is left, in the run
        for place, value in enumerate(values):
            out.append(value)
            places.append(place)
            if len(values) > 32768:
                continue
            if value == 238:
                frames.append(len(out) - 1)
            elif value == 239 and frames:
                start = frames.pop()
                try:
                    payload = decode_digits(out[start + 1:-1])
                except Malformed:
                    frames = []
                    continue
                del out[start:]
                # Marks are in the order of their first selectors; one inside another is where that one is.
                found = [(min(where, start), first, p) for where, first, p in found] + [(start, places[start], payload)]
                del places[start:]
        marks += [(at + 2 * where, payload) for where, _, payload in sorted(found, key=lambda f: f[1])]
        clean.append("".join(chr(0xE0100 + v) for v in out))
        at += 2 * len(out)
    return "".join(clean) + text[last:], marks


def removed(text):
    """Where marks were taken out: (offset in the clean text, UTF-16 units). A run keeps all, none or, seldom, a part."""
    gone, at = [], 0
    for part in re.split("([\U000e0100-\U000e01ef]+)", text):
        clean, marks = find_marks(part)
        if marks:
            gone.append((at + 2 * min(where // 2 for where, _ in marks), units(part) - units(clean)))
        at += units(clean)
    return gone


# -- 2. Payloads

@dataclass
class Mark:
    kind: str
    algorithm: int
    stream: bytes
    hint: bytes
    fields: bytes  # what is signed; of an opening, all of it
    index: int = 0  # of a closing, the count
    opaque: bool = False  # not comparable
    format: str = "markdown"
    opening: bytes = b""  # digest of the opening
    ending: str = ""
    chain: bytes = b""
    claims: dict = None
    lengths: tuple = ()  # exact, skeleton
    digests: tuple = ()
    lags: tuple = ()
    signature: bytes = b""
    offset: int = None  # in the clean text; None beside it
    verdict: str = "unchecked"
    start: int = 0
    end: int = 0
    likely: int = None  # where one beside the text that was not found ends, if it is as long as it was
    status: str = ""


def parse_payload(data):
    need(len(data) <= 4096)
    r = Reader(data)
    first, second = r.byte(), r.byte()
    need(first >> 4 == 1)
    kind, algorithm, flags = KINDS.get(first & 15), second & 15, second & 0xF0
    need(kind and algorithm in ALGORITHMS)
    need(not flags & ~{"opening": 0, "segment": 0xD0, "closing": 0xF0}[kind] and flags >> 6 < 3)
    stream, hint = r.take(8), r.take(3 if kind == "segment" else 6)
    mark = Mark(kind, algorithm, stream, hint, data, opaque=bool(flags & 0x10), format=FORMATS[flags >> 6])
    if kind == "opening":
        mark.claims = parse_claims(r.rest())
        return mark
    mark.index = r.varint()
    if kind == "closing":
        ending = r.byte()
        need(ending < len(ENDINGS))
        mark.ending = ENDINGS[ending]
        mark.chain = r.take(16) if mark.index else b""
    elif not mark.index:
        mark.opening = r.take(12)
    mark.lengths = (r.varint(), r.varint())
    mark.digests = (r.take(12), r.take(12))
    if flags & 0x20:
        mark.claims = parse_claims(r.take(r.varint()))
    mark.fields = data[:r.at]
    mark.lags = (r.zigzag(), r.zigzag())
    mark.signature = r.take(SIGNATURE[algorithm])
    need(r.at == len(data))
    return mark


def opening_digest(payload):
    return H(domain("opening"), payload)[:12]


# -- 3. Claims

SOURCES = ("trainedAlgorithmicMedia compositeWithTrainedAlgorithmicMedia algorithmicMedia compositeSynthetic "
           "algorithmicallyEnhanced dataDrivenMedia digitalCreation humanEdits composite compositeCapture").split()


def parse_cbor(r, depth=1):
    need(depth <= 17)
    head = r.byte()
    major, n = head >> 5, head & 31
    if major == 7:
        if n == 27:
            return struct.unpack(">d", r.take(8))[0]
        need(n in (20, 21, 22))
        return {20: False, 21: True, 22: None}[n]
    need(n < 28 and major != 6)
    if n > 23:
        size = 1 << n - 24
        low = {1: 24, 2: 1 << 8, 4: 1 << 16, 8: 1 << 32}[size]
        n = int.from_bytes(r.take(size), "big")
        need(low <= n)
    need(n <= SAFE)
    if major < 2:
        return -1 - n if major else n
    if major < 4:
        data = r.take(n)
        try:
            return data if major == 2 else data.decode()
        except UnicodeDecodeError:
            raise Malformed
    if major == 4:
        return [parse_cbor(r, depth + 1) for _ in range(n)]
    found = {}
    for _ in range(n):
        key = parse_cbor(r, depth + 1)
        need(isinstance(key, (int, str)) and not isinstance(key, bool) and key not in found)
        found[key] = parse_cbor(r, depth + 1)
    return found


def parse_claims(data):
    r = Reader(data)
    found, claims = parse_cbor(r), {}
    need(r.at == len(data) and isinstance(found, dict))
    whole = lambda v: isinstance(v, (int, float)) and not isinstance(v, bool)

    def text(value):
        need(isinstance(value, str))
        return value

    def known(value, names):
        if not whole(value):
            return text(value)
        need(value >= 0 and value == int(value) and value <= SAFE)
        return names[int(value)] if value < len(names) else f"#{int(value)}"

    def address(value):
        try:
            return "https://" + value.decode() if isinstance(value, bytes) else text(value)
        except UnicodeDecodeError:
            raise Malformed

    for key, value in found.items():
        if key == 1:
            claims["provider"] = text(value)
        elif key == 2:
            claims["model"] = [text(v) for v in value] if isinstance(value, list) else text(value)
        elif key == 3:
            claims["issuer"] = address(value)
        elif key == 4:
            need(whole(value))
            claims["issuedAt"] = instant(value * 1000, False)
        elif key == 5:
            need(whole(value))
            claims["issuedAt"] = instant(value, True)
        elif key == 6:
            claims["issuedAt"] = text(value)
        elif key == 7:
            claims["digitalSourceType"] = known(value, SOURCES)
        elif key == 8:
            if isinstance(value, list):
                claims["verifyUrl"] = claims.get("issuer", "") + text(value[0] if value else "")
            else:
                claims["verifyUrl"] = address(value)
        elif key == 9:
            need(isinstance(value, list))
            claims["ingredients"] = [ingredient(v) for v in value]
        elif key == 10:
            claims["custom"] = plain(value)
    return claims


def plain(value):
    need(not isinstance(value, bytes))
    if isinstance(value, list):
        return [plain(v) for v in value]
    return {str(k): plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def instant(milliseconds, fine):
    need(abs(milliseconds) <= 8.64e15)
    milliseconds = int(milliseconds)
    try:
        t = datetime.fromtimestamp(milliseconds // 1000, timezone.utc)
    except (ValueError, OverflowError, OSError):
        raise Malformed
    return t.strftime("%Y-%m-%dT%H:%M:%S") + (f".{milliseconds % 1000:03}Z" if fine else "Z")


def ingredient(value):
    need(isinstance(value, list) and value and isinstance(value[0], bytes))
    found = {"streamId": value[0].hex()}
    if len(value) > 1:
        need(isinstance(value[1], str))
        found["keyId"] = value[1]
    return found


# -- 4. Digests

def digest(kind, stream, index, text):
    return H(domain(kind), stream, encode_varint(index), nfc(text).encode())[:12]


# -- 5. Signatures

P = 2**255 - 19
# y of the points of small order
SMALL = {0, 1, P - 1,
         int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
         int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    need(re.fullmatch("[A-Za-z0-9_-]*", text) and len(text) % 4 != 1)
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    need(b64(data) == text)  # unused bits are zero
    return data


def usable(point):
    y = int.from_bytes(point, "little") & 2**255 - 1
    return y < P and y not in SMALL


class Key:
    def __init__(self, jwk):
        self.jwk = jwk
        names = ("HS256",) if jwk["kty"] == "oct" else ("Ed25519", "EdDSA")
        need(jwk.get("alg", names[0]) in names and jwk.get("use", "sig") == "sig")
        need(all(isinstance(jwk.get(name, 0), (int, float)) for name in ("nbf", "exp")))
        if jwk["kty"] == "oct":
            self.algorithm, self.secret = 2, unb64(jwk["k"])
            need(len(self.secret) >= 32)
            members = {"k": jwk["k"], "kty": "oct"}
        else:
            need(jwk["kty"] == "OKP" and jwk.get("crv") == "Ed25519")
            self.algorithm, raw = 1, unb64(jwk["x"])
            need(len(raw) == 32)
            need(usable(raw))
            self.public = Ed25519PublicKey.from_public_bytes(raw)
            members = {"crv": "Ed25519", "kty": "OKP", "x": jwk["x"]}
        self.thumbprint = H(json.dumps(members, separators=(",", ":"), sort_keys=True).encode())

    def signed_bytes(self, mark):
        return domain(mark.kind) + self.thumbprint + mark.fields

    def verify(self, mark):
        data = self.signed_bytes(mark)
        if self.algorithm == 2:
            return hmac.compare_digest(hmac.digest(self.secret, data, "sha256")[:16], mark.signature)
        if not usable(mark.signature[:32]):
            return False
        try:
            # OpenSSL verifies the rest as the format asks: S below the order, no cofactor, R compared byte for byte.
            self.public.verify(mark.signature, data)
            return True
        except InvalidSignature:
            return False

    def standing(self, now):
        """now: milliseconds since 1970"""
        if self.jwk.get("revoked", False) is not False:
            return "revoked"
        if "exp" in self.jwk and now >= self.jwk["exp"] * 1000:
            return "expired"
        return "unknown" if "nbf" in self.jwk and now < self.jwk["nbf"] * 1000 else "trusted"


class SharedSecret(Exception):
    """A published key set that holds a secret."""


def read_trust(given):
    """A key, a list of keys, or a set: {"keys": [...]}."""
    if isinstance(given, list):
        return [Key(jwk) for jwk in given]
    if "keys" not in given:
        return [Key(given)]
    if any(jwk["kty"] == "oct" for jwk in given["keys"]):
        raise SharedSecret
    return [Key(jwk) for jwk in given["keys"]
            if jwk["kty"] == "OKP" and jwk.get("crv") == "Ed25519" and jwk.get("use", "sig") == "sig"]


# -- 6. Beside the text

SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def parse_detached(text):
    need(units(text) <= 65536)
    text = text.strip(SPACES)
    found = []
    for one in re.split(f"[{SPACES}]+", text):
        need(one.startswith("ss1."))
        r = Reader(checked(unb64(one[4:])))
        while r.at < len(r.data):
            length = r.varint()
            need(length <= 4096)
            found.append(r.take(length))
    return found


# -- 9. Verifying

# What is still source, not what a page shows of it (9.3).
SOURCE = re.compile(r"\[\^|\]\[|\]:|\$\$|\$[^ \t\r\n$](?:[^\r\n$]*[^ \t\r\n$])?\$|\\[([]|<!--|<[/!?]?[A-Za-z][^<>]*>"
                    r"|&#?[A-Za-z0-9]+;|(?:\A|[\r\n])---")
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
HIDDEN = "".join("\u200b\u200c"[b >> i & 1] for b in b"RUFJT" for i in range(8))


def worth(c):
    if "\ufe00" <= c <= "\ufe0f":
        return ord(c) - 0xFE00
    return ord(c) - 0xE0100 + 16 if "\U000e0100" <= c <= "\U000e01ef" else None


def c2pa(text, i):
    """Where the wrapper that begins at i ends."""
    j = i + 1
    while j < len(text) and worth(text[j]) is not None:
        j += 1
    data = bytes(worth(c) for c in text[i + 1:j])
    length = int.from_bytes(data[9:13], "big")
    end = 13 + length
    if not data.startswith(b"C2PATXT\0\1") or not length or end > len(data):
        return None
    while end < len(data) and data[end] in (0, 0xFF):
        end += 1
    return i + 1 + end


class Line:
    """Code points with their offsets, and the end of the text."""

    def __init__(self, chars, end):
        self.text = "".join(c for c, _ in chars)
        self.offsets = [at for _, at in chars] + [end]

    def index(self, offset):
        """How many code points stand before an offset of the text."""
        low, high = 0, len(self.text)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.offsets[middle] < offset else (low, middle)
        return low

    def past(self, i):
        """Where the code point i - 1 ends."""
        return min(self.offsets[i - 1] + units(self.text[i - 1]), self.offsets[-1]) if i else 0


def exact_line(clean):
    text, at = scalar(clean), offsets_of(clean)
    chars, i = [], 0
    while i < len(text):
        j = i + 1
        while j < len(text) and (unicodedata.category(text[j])[0] == "M" or "\u1161" <= text[j] <= "\u1175"
                                 or "\u11a8" <= text[j] <= "\u11c2" or text[j] == "\U00016d67"):
            j += 1
        composed = unicodedata.normalize("NFC", text[i:j])
        chars += [(c, at[min(i + k, j - 1)]) for k, c in enumerate(composed)]
        i = j
    return Line(chars, at[-1])


def code_chars(chars):
    """4. The skeleton of code: (code point, offset) of what stays."""
    kept, i = [], 0
    while i < len(chars):
        j = i
        while j < len(chars) and chars[j][0] in WHITE:
            j += 1
        if j == i:
            kept.append(chars[i])
            i += 1
            continue
        run, i = chars[i:j], j
        if sum(units(c) for c, _ in run) > 1024:
            kept += run
        elif j < len(chars):
            held = []  # white space in the line
            for k, (c, at) in enumerate(run):
                if c == "\n" and k and run[k - 1][0] == "\r":
                    continue
                if c in "\r\n":
                    kept.append(("\n", at))
                    held = []
                else:
                    held.append((c, at))
            kept += held
    return kept


@dataclass
class Seal:
    algorithm: int
    stream: bytes
    marks: list = field(default_factory=list)
    signature: str = "unchecked"
    signer: str = "unknown"
    key: Key = None
    closing: Mark = None
    opening: Mark = None
    stretches: list = field(default_factory=list)
    order: str = "ok"
    mixed: bool = False

    def of(self, kind):
        return [m for m in self.marks if m.kind == kind]


class Verifier:
    def __init__(self, text, detached=None, trust=(), now=0):
        self.now, self.checks = now, 64
        self.keys = [Key(jwk) for jwk in trust]
        self.text, found = find_marks(text)
        self.removed = removed(text)
        self.end = units(self.text)
        self.detached = None
        marks = [self.read(payload, offset) for offset, payload in found]
        if detached is not None:
            try:
                marks += [self.read(payload, None) for payload in parse_detached(detached)]
            except Malformed:
                self.detached = "malformed"
        self.seals = self.gather([m for m in marks if m])
        hints = list(dict.fromkeys(self.hint(seal) for seal in self.seals))[:256]
        self.keys = [k for k in self.keys if any(k.thumbprint.startswith(hint) for hint in hints)]
        self.hints = set(hints)
        formats = {m.format for s in self.seals for m in s.marks if m.kind != "opening"}
        self.format = next((f for f in ("code", "plain") if f in formats), "markdown")
        self.lines = None

    def in_order(self, form):
        """The lines on which a stretch of this format is looked for; 0 is the exact one."""
        if form == "code":
            return [self.lines[0], self.lines[-1]]
        return self.lines[:-1] if form == "markdown" else [self.lines[0], self.lines[1 + READINGS.index("rendered")]]

    @staticmethod
    def read(payload, offset):
        try:
            mark = parse_payload(payload)
        except Malformed:
            return None
        mark.offset = offset
        return mark

    # 9.1
    @staticmethod
    def gather(marks):
        seals, seen = {}, set()
        for mark in marks:
            key = (mark.algorithm, mark.stream, mark.hint[:3])
            same = (key, mark.kind, mark.fields)
            if mark.offset is None and mark.kind != "opening" and same in seen:
                continue
            seen.add(same)
            seals.setdefault(key, Seal(mark.algorithm, mark.stream)).marks.append(mark)
        return list(seals.values())

    # 9.2
    def check(self, mark, key):
        if mark.verdict == "unchecked" and self.checks:
            self.checks -= 1
            mark.verdict = "valid" if key.verify(mark) else "invalid"

    def signatures(self, seal):
        segments, closings, openings = seal.of("segment"), seal.of("closing"), seal.of("opening")
        hint = self.hint(seal)
        fits = [k for k in self.keys if k.thumbprint.startswith(hint)] if hint in self.hints else []
        keys = list({k.thumbprint: k for k in fits if k.algorithm == seal.algorithm}.values())[:4]
        seal.closing = closings[0] if closings else None
        if not keys:
            for mark in segments + closings:
                mark.verdict = "invalid" if fits else "unchecked"
            seal.signature = "invalid" if fits else "unchecked"
            return
        seal.key = self.choose(keys, (closings + segments)[:1])
        self.with_key(seal, seal.key, segments, closings, openings)
        standings = {k.standing(self.now) for k in fits if k.thumbprint == seal.key.thumbprint}
        seal.signer = next((s for s in ("revoked", "expired", "unknown") if s in standings), "trusted")

    def choose(self, keys, probe):
        """The key of the first closing, or of the first segment."""
        if len(keys) == 1 or not probe:
            return keys[0]
        mark, first = probe[0], None
        for key in keys:
            mark.verdict = "unchecked"
            self.check(mark, key)
            if mark.verdict == "valid":
                return key
            first = first or mark.verdict
        mark.verdict = first
        return keys[0]

    @staticmethod
    def hint(seal):
        """The hint of the last mark that has a long one, otherwise the short one."""
        return ([m.hint for m in seal.marks if len(m.hint) > 3] or [seal.marks[0].hint])[-1]

    def with_key(self, seal, key, segments, closings, openings):
        for mark in closings:
            self.check(mark, key)
        valid = [m for m in closings if m.verdict == "valid"]
        if valid:
            seal.closing = valid[0]
            ordered = sorted(segments, key=lambda m: m.index)
            chain = H(domain("chain"), *(encode_varint(len(m.fields)) + m.fields for m in ordered))[:16]
            counted = len(ordered) == seal.closing.index and [m.index for m in ordered] == list(range(len(ordered)))
            settled = counted and (not ordered or chain == seal.closing.chain)
            if settled:
                for mark in segments:
                    mark.verdict = "valid"
        for mark in segments:
            self.check(mark, key)
        seal.mixed = bool(valid) and counted and not settled and all(m.verdict == "valid" for m in segments)
        verdicts = {m.verdict for m in segments + closings}
        first = [m.opening for m in segments if m.index == 0 and m.verdict == "valid"][:1]
        seal.opening = next((o for o in openings if opening_digest(o.fields) in first), None)
        if "invalid" in verdicts or openings and first and not seal.opening:
            seal.signature = "invalid"
        elif "valid" in verdicts:
            seal.signature = "valid"

    # 9.3
    def list_stretches(self, seal):
        segments, closing = seal.of("segment"), seal.closing
        found = sorted((m for m in segments if m.offset is not None), key=lambda m: m.offset)
        found += sorted((m for m in segments if m.offset is None), key=lambda m: m.index)
        if closing:
            count = closing.index
            empty = not closing.lengths[0] and count
            lost = closing.offset is None and count and all(m.index != count - 1 for m in segments)
            if not empty and not lost:
                found.append(closing)
        seal.stretches = found

    def place(self, seal):
        everything, placed = seal.stretches, []
        for at, mark in enumerate(everything):
            last = placed[-1] if placed else None
            before = last if last and last.index == mark.index - 1 else None
            if any(self.try_line(mark, number, line, before, everything[at:])
                   for number, line in enumerate(self.in_order(mark.format))):
                if last and last.likely is not None and mark.start >= last.start:
                    last.end = mark.start
            else:
                if self.absent(mark, before):
                    continue
                self.altered(mark, last)
            placed.append(mark)
        if self.left_behind(placed):
            placed = placed[1:]
        seal.stretches = placed

    def left_behind(self, placed):
        """A passage that begins in the middle of a segment."""
        mark = placed[0] if placed else None
        if mark is None or mark.offset is None or not mark.index or mark.status in FOUND:
            return False
        if not any(m.status in FOUND and m.start < m.end for m in placed[1:]):
            return False
        end = self.exact_end(mark)
        start = self.mark_before(end, mark)
        return all(line.index(mark.offset) - mark.lags[kind] - line.index(start) < mark.lengths[kind]
                   for kind, line in ((1 if number else 0, line) for number, line in enumerate(self.in_order(mark.format))))

    def exact_end(self, mark):
        exact = self.lines[0]
        return exact.offsets[max(0, min(len(exact.text), exact.index(mark.offset) - mark.lags[0]))]

    def mark_before(self, end, mark):
        places = [m.offset for s in self.seals for m in s.marks if m.offset is not None]
        return max([p for p in places if p < end and p != mark.offset], default=0)

    @staticmethod
    def reach(mark):
        return mark.end if mark.likely is None else mark.likely

    def absent(self, mark, before):
        if not mark.index:
            return False
        if before is None:
            return mark.offset is None
        exact, start = self.lines[0], self.reach(before)
        if mark.offset is None:
            return len(exact.text) - exact.index(start) < mark.lengths[0]

        def short(line, kind):
            return len(line.text) - line.index(mark.offset) < -mark.lags[kind]

        def whole(line, kind):
            return line.index(mark.offset) - line.index(start) == mark.lengths[kind] + mark.lags[kind]

        if not short(exact, 0) or whole(exact, 0):
            return short(exact, 0)
        lines = [line for line in self.in_order(mark.format)[1:] if whole(line, 1)]
        return bool(lines) and all(short(line, 1) for line in lines)

    def try_line(self, mark, number, line, before, following):
        kind = 1 if number else 0
        length, candidates = mark.lengths[kind], []
        if mark.offset is not None:
            candidates.append(line.index(mark.offset) - mark.lags[kind] - length)
        if before:
            candidates.append(line.index(self.reach(before)))
        if mark.offset is None:
            if not mark.index:
                candidates.append(0)
            start = len(line.text) - sum(m.lengths[kind] for m in following)
            if not before or before.status not in FOUND or start >= line.index(before.end):
                candidates.append(start)
        for start in candidates:
            end = start + length
            if start < 0 or end > len(line.text):
                continue
            if digest("skeleton" if kind else "exact", mark.stream, mark.index, line.text[start:end]) \
                    != mark.digests[kind]:
                continue
            if kind:
                mark.status, mark.start, mark.end = "reformatted", line.past(start), line.past(end)
                if mark.offset is not None and not mark.lags[1]:
                    mark.end = mark.offset
            else:
                mark.status, mark.start, mark.end = "intact", line.offsets[start], line.offsets[end]
            return True
        return False

    def altered(self, mark, before):
        exact = self.lines[0]
        mark.status = "not-comparable" if mark.opaque else "altered"
        if mark.offset is None:
            mark.start, mark.end = self.reach(before) if before else 0, self.end
            mark.likely = exact.offsets[min(len(exact.text), exact.index(mark.start) + mark.lengths[0])]
            if before:
                before.end = mark.start
            return
        mark.end = self.exact_end(mark)
        start = self.mark_before(mark.end, mark)
        mark.start = min(before.end if before else start, mark.end)

    def shown(self, start, end):
        """Whether what lies between two offsets has skeleton, as rendered, or changes its neighbours."""
        line = self.lines[1 + READINGS.index("rendered")]
        places = offsets_of(self.text)
        here, there = (bisect.bisect_left(places, at) for at in (start, end))
        between = self.text[here:there]
        white = "".join(c for c in between if c in WHITE)
        if white == between:
            return False
        if self.format == "code":
            return True
        if line.index(start) < line.index(end):
            return True
        before = self.text[bisect.bisect_left(places, start - 64):here]
        limit = min(line.offsets[line.index(end)] + 64, end + 1024)
        after = self.text[there : bisect.bisect_left(places, limit)]

        def read(text, reading):
            return "".join(c for c, _ in skeleton(unicodedata.normalize("NFC", text), reading))

        readings = READINGS if self.format == "markdown" else ("rendered",)
        return all(read(before + between + after, r) != read(before + white + after, r) for r in readings)

    def meet(self, seal):
        for one, two in zip(seal.stretches, seal.stretches[1:]):
            if two.index != one.index + 1 or one.end == two.start:
                continue
            if two.status in FOUND and one.status not in FOUND and two.start >= one.start:
                one.end = two.start
                continue
            if self.shown(min(one.end, two.start), max(one.end, two.start)):
                two.status = two.status if two.status in ("not-comparable", "unchecked") else "altered"
            elif two.status == "intact":
                two.status = "reformatted"
            two.start = one.end
            two.end = max(two.start, two.end)

    def judge(self, seal):
        found = [m for m in seal.stretches if m.status in FOUND and m.start < m.end]
        if not found or any(m.status == "reformatted" for m in found):
            return
        places = offsets_of(self.text)
        for mark in seal.stretches:
            here, there = (bisect.bisect_left(places, at) for at in (mark.start, mark.end))
            if mark.status == "not-comparable" and SOURCE.search(self.text[here:there]):
                mark.status = "altered"

    # 9.4
    def orders(self, seal):
        indexes = [m.index for m in seal.stretches]
        pairs = list(zip(indexes, indexes[1:]))
        closing = seal.closing
        last = indexes[-1:]
        if closing and closing.offset is not None and last:
            pairs.append((last[0] - 1 if closing.index <= last[0] else last[0], max(closing.index, last[0])))
        if any(b <= a for a, b in pairs):
            seal.order = "reordered"
        elif seal.mixed:
            seal.order = "spliced"
        elif any(b > a + 1 for a, b in pairs):
            seal.order = "gaps"

    @staticmethod
    def span(seal):
        return min(m.start for m in seal.stretches), max(m.end for m in seal.stretches)

    def inside(self, one, two):
        low, high = self.span(one)
        return any(low <= m.start < m.end <= high
                   and not any(n.start < m.end and m.start < n.end for n in one.stretches) for m in two.stretches)

    def joint(self, one, two):
        end, start = self.span(one)[1], self.span(two)[0]
        return not one.closing and all(m.index for m in two.stretches) and end <= start and not self.shown(end, start)

    def splices(self):
        seals = [s for s in self.seals[:32] if s.stretches]
        for one in seals:
            for two in seals:
                if one is not two and one.order != "reordered" and (
                        self.inside(one, two) or self.joint(one, two) or self.joint(two, one)):
                    one.order = "spliced"

    @staticmethod
    def coverage(seal):
        present, closing, prefix = {m.index for m in seal.stretches}, seal.closing, 0
        while prefix in present:
            prefix += 1
        if closing and prefix >= closing.index and (
                closing.index in present or closing.index and not closing.lengths[0]):
            return "whole"
        in_text = closing and closing.offset is not None and (
            closing.index in present or closing.index and not closing.lengths[0])
        return "truncated" if prefix and prefix == len(present) and not in_text else "excerpt"

    @staticmethod
    def content(stretches):
        statuses = [m.status for m in stretches]
        return next((s for s in ("altered", "not-comparable", "reformatted") if s in statuses), "intact")

    # 9.6
    def foreign(self):
        """What is foreign, in the clean text; `given` turns its offsets into those of the text as given."""
        text, at, found, i = self.text, offsets_of(self.text), [], 0
        while i < len(text):
            c = text[i]
            wrapper = c == "\ufeff" and c2pa(text, i)
            if wrapper:
                found.append(("c2pa", i, wrapper))
                i = wrapper
            elif worth(c) is not None:
                j = i
                while j < len(text) and worth(text[j]) is not None:
                    j += 1
                skip = 1 if worth(c) in (14, 15) else 0
                values = [worth(x) for x in text[i + skip:j]]
                if j - i >= 2:
                    ours = len(values) >= 16 and values[:2] == [0x7B, 0x22]
                    found.append(("encypher", i + skip, j) if ours else ("selectors", i, j))
                i = j
            elif "\U000e0000" <= c <= "\U000e007f":
                run = re.compile("[\U000e0000-\U000e007f]+").match(text, i)[0]
                if not (text[:i].endswith("\U0001f3f4") and run[-1] == "\U000e007f" and len(run) <= 7):
                    found.append(("tags", i, i + len(run)))
                i += len(run)
            elif c in ZERO_WIDTH:
                j = re.compile(f"[{ZERO_WIDTH}]+").match(text, i).end()
                if j > i + 1 and text[j - 1] == "\ufeff" and c2pa(text, j - 1):
                    j -= 1
                if j - i >= 4:
                    found.append(("encypher" if text.startswith(HIDDEN, i) else "zero-width", i, j))
                i = j
            else:
                i += 1
        return [{"kind": kind, "start": at[a], "end": at[b]} for kind, a, b in found]

    def given(self, foreign):
        """Offsets in the text as given: what was taken out before each is added again."""
        ends = []  # (offset in the clean text, how many units of marks stand there)
        for where, size in self.removed:
            ends.append((where, size))
        return [f | {"start": f["start"] + sum(n for w, n in ends if w <= f["start"]),
                     "end": f["end"] + sum(n for w, n in ends if w < f["end"])} for f in foreign]

    @staticmethod
    def taken(gap, foreign):
        """Whether a gap is nothing but payloads of other systems."""
        at = gap[0]
        for f in foreign:
            if f["kind"] in ("encypher", "c2pa") and f["start"] == at:
                at = f["end"]
        return at == gap[1]

    def gaps(self):
        found, at = [], 0
        for start, end in sorted((m.start, m.end) for s in self.seals for m in s.stretches):
            if start > at:
                found.append((at, start))
            at = max(at, end)
        return found + ([(at, self.end)] if at < self.end else [])

    def report(self):
        if self.seals:
            chars = [skeleton(self.text, reading) for reading in READINGS]
            exact = exact_line(self.text)
            code = Line(code_chars(list(zip(exact.text, exact.offsets))), self.end)
            self.lines = [exact] + [Line(c, self.end) for c in chars] + [code]
        foreign, reports, flags = self.foreign(), [], set()
        for seal in self.seals:
            self.signatures(seal)
            self.list_stretches(seal)
            self.place(seal)
            self.meet(seal)
            self.judge(seal)
            for mark in seal.stretches:
                if mark.verdict == "invalid":
                    mark.status = "altered"
                elif mark.verdict == "unchecked" and seal.signature != "unchecked" and mark.status != "altered":
                    mark.status = "unchecked"
            self.orders(seal)
        if self.seals:
            self.splices()
        gaps = self.gaps()
        unsealed = [g for g in gaps if not self.seals or self.shown(*g)]
        quiet = [g for g in gaps if g not in unsealed and not self.taken(g, foreign)]
        for seal in self.seals:
            content, coverage, closing = self.content(seal.stretches), self.coverage(seal), seal.closing
            intact = all(m.status == "intact" for m in seal.stretches)
            if coverage == "truncated" and any(b == seal.stretches[0].start for _, b in unsealed):
                coverage = "excerpt"
            if seal.stretches:
                low, high = seal.stretches[0].start, max(m.end for m in seal.stretches)
                if any(low <= a and b <= high for a, b in unsealed):
                    content = "altered"
            if quiet and content == "intact" and coverage == "whole":
                content = "reformatted"
            out = {"streamId": seal.stream.hex(), "signature": seal.signature, "signer": seal.signer}
            out["keyId"] = b64(seal.key.thumbprint if seal.key else self.hint(seal))
            out["algorithm"] = ALGORITHMS[seal.algorithm]
            out["trustKind"] = "public-key" if seal.algorithm == 1 else "shared-secret"
            if seal.signer == "trusted" and seal.signature == "valid":
                claims = dict((seal.opening and seal.opening.claims) or {})
                if closing and closing.verdict == "valid":
                    claims |= closing.claims or {}
                if "model" in claims:
                    out["claims"] = claims
            out["content"], out["hiddenMarkup"] = content, "checked" if intact and seal.stretches else "unchecked"
            out["coverage"] = coverage
            if closing:
                out["ending"] = closing.ending
            out["order"] = seal.order
            out["segments"] = [{"index": m.index, "start": m.start, "end": m.end, "status": m.status}
                               for m in seal.stretches]
            reports.append(out)
            flags |= {content, coverage, seal.order, seal.signer, seal.signature}
            flags |= {m.verdict for m in seal.stretches}
            if content == "not-comparable":
                held = any(m.status in FOUND and m.start < m.end for m in seal.stretches)
                flags.add("excerpt" if held else "altered")
        report = {"status": self.status(flags, unsealed), "text": self.text, "seals": reports,
                  "unsealed": [{"start": a, "end": b} for a, b in unsealed], "foreign": self.given(foreign)}
        if self.detached:
            report["detached"] = self.detached
        return report

    def status(self, flags, unsealed):
        if not self.seals:
            return "unsealed"
        if "invalid" in flags:
            return "invalid"
        if flags & {"unknown", "revoked", "expired", "unchecked"}:
            return "unknown-signer"
        if flags & {"altered", "reordered", "spliced"}:
            return "altered"
        if "truncated" in flags:
            return "truncated"
        if flags & {"excerpt", "gaps"} or unsealed:
            return "excerpt"
        return "reformatted" if flags & {"reformatted", "not-comparable"} else "intact"


def verify(text, detached=None, trust=(), now=0):
    return Verifier(text, detached, trust, now).report()
