"""Holds the verifier against every vector of vectors/seal and vectors/markdown; fails where one differs."""

import json
import sys
from pathlib import Path

from binary import Malformed
from claims import read_claims
from digests import opening_digest, text_digest
from keys import Refused, key_id, read_keys, signed_bytes
from marks import Stripped, crc24, write_mark
from payloads import read_detached, read_payload
from readings import skeleton
from units import from_units, nfc, to_units
from verifier import verify

VECTORS = Path(__file__).parents[2] / "vectors"


def vectors(name):
    read = json.loads((VECTORS / name).read_text())
    return read["vectors"] if isinstance(read, dict) else read


def is_taken(read, given):
    try:
        read(given)
    except Malformed:
        return False
    return True


def frame(vector):
    payload = bytes.fromhex(vector["payload"])
    marks = [mark.payload.hex() for mark in Stripped(to_units(vector["mark"])).marks]
    mark = from_units(write_mark(payload))
    return {"payload": marks[0] if len(marks) == 1 else None, "crc24": f"{crc24(payload):06x}", "mark": mark}


def run(vector):
    def joined(pieces):
        return "".join(to_units(piece) * count for piece, count in pieces)

    stripped = Stripped(joined(vector["text"]))
    is_clean = stripped.text == joined(vector["clean"])
    return {**vector, "clean": vector["clean"] if is_clean else "another text", "marks": len(stripped.marks)}


def malformed(vector):
    given = vector["given"]
    readers = {
        "payload": lambda: is_taken(read_payload, bytes.fromhex(given)),
        "claims": lambda: is_taken(read_claims, bytes.fromhex(given)),
        "detached": lambda: is_taken(read_detached, to_units(given)),
        "mark": lambda: Stripped(to_units(given)).text == "",
    }
    return {**vector, "isWellFormed": readers[vector["kind"]]()}


def claims(vector):
    return {**vector, "claims": read_claims(bytes.fromhex(vector["bytes"]))}


def digest(vector):
    found = text_digest(vector["kind"], bytes.fromhex(vector["streamId"]), vector["index"], nfc(vector["text"]))
    return {**vector, "digest": found.hex()}


def payload(vector):
    """A payload taken apart, and what is signed; the thumbprint is told by the vector's signed bytes."""
    read = read_payload(bytes.fromhex(vector["payload"]))
    fields = {
        "kind": read.kind,
        "algorithm": read.algorithm,
        "streamId": read.stream_id.hex(),
        "keyHint": read.key_hint.hex(),
    }
    answer = {"at": vector["at"], "payload": vector["payload"], "fields": fields}
    if read.kind == "opening":
        return answer | {"fields": fields | {"claims": read.claims}, "digest": opening_digest(read.data).hex()}
    lengths = {f"{kind}Length": length for kind, length in read.lengths.items()}
    digests = {f"{kind}Digest": one.hex() for kind, one in read.digests.items()}
    fields |= {
        "format": read.format,
        "notComparable": read.not_comparable,
        "extent": lengths | digests,
        "lag": read.lags,
    }
    if read.kind == "segment":
        fields |= {"index": read.index}
        fields |= {"openingDigest": read.opening_digest.hex()} if read.opening_digest else {}
    else:
        fields |= {"count": read.index, "ending": read.ending}
        fields |= {"chain": read.chain.hex()} if read.chain else {}
        fields |= {"claims": read.claims} if read.claims is not None else {}
    fields |= {"link": read.link.hex()} if read.link else {}
    prefix = len(b"streamseal/1 " + read.kind.encode() + b"\0")
    thumbprint = bytes.fromhex(vector["signedBytes"])[prefix : prefix + 32]
    signature = {"signature": read.signature.hex()}
    return answer | {"fields": fields | signature, "signedBytes": signed_bytes(read, thumbprint).hex()} | signature


def key(vector):
    answer = {"name": vector["name"], "trust": vector["trust"]}
    try:
        return answer | {"keyIds": [key_id(one) for one in read_keys(vector["trust"])]}
    except Refused as error:
        return answer | {"error": str(error)}


def skeletons(vector):
    characters, offsets = skeleton(to_units(vector["text"]), vector["reading"])
    return {**vector, "chars": characters, "offsets": offsets}


def report(vector):
    trusted = read_keys(vector["trust"])
    return {**vector, "report": verify(vector["text"], trusted, vector["now"], vector.get("detached"))}


CHECKS = {
    "seal/frames.json": frame,
    "seal/runs.json": run,
    "seal/payloads.json": payload,
    "seal/claims.json": claims,
    "seal/malformed.json": malformed,
    "seal/digests.json": digest,
    "seal/keys.json": key,
    "markdown/skeletons.json": skeletons,
    "seal/reports.json": report,
}


def differences(expected, actual, path=""):
    """Where two values differ, as lines for people."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name in {**expected, **actual}:
            yield from differences(expected.get(name), actual.get(name), f"{path}.{name}")
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for at, (one, other) in enumerate(zip(expected, actual)):
            yield from differences(one, other, f"{path}[{at}]")
    elif expected != actual:
        yield f"  {path[1:]}: expected {short(expected)}, got {short(actual)}"


def short(value):
    text = json.dumps(value)
    return text if len(text) < 300 else text[:300] + "…"


def check(name, answer):
    """Answers every vector of a file; the result is how many agree, and how many there are."""
    agreed, all_vectors = 0, vectors(name)
    for at, vector in enumerate(all_vectors):
        found = list(differences(vector, answer(vector)))
        agreed += not found
        if found:
            print(f"{name}: {vector.get('name', at)} differs:", *found, sep="\n")
    return agreed, len(all_vectors)


def main():
    results = []
    for name, answer in CHECKS.items():
        agreed, count = check(name, answer)
        results.append((agreed, count))
        print(f"{name}: {agreed} of {count} agree")
    agreed, count = (sum(column) for column in zip(*results))
    print(f"{agreed} of {count} vectors agree")
    return 0 if agreed == count else 1


if __name__ == "__main__":
    sys.exit(main())
