"""Runs the verifier over every vector of vectors/seal and vectors/markdown, and prints each disagreement."""
import json
import pathlib
import sys
import unicodedata

import verifier
from skeleton import READINGS, scalar, skeleton

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "vectors"
passed = failed = 0


def load(path):
    return json.loads((VECTORS / path).read_text("utf-8"))


def differences(ours, theirs, path=""):
    """The paths at which two values differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            yield from differences(ours.get(key), theirs.get(key), f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for i, pair in enumerate(zip(ours, theirs)):
            yield from differences(*pair, f"{path}[{i}]")
    elif ours != theirs or isinstance(ours, bool) != isinstance(theirs, bool):
        yield f"{path}: ours {ascii(ours)[:300]}, the vector {ascii(theirs)[:300]}"


def check(name, theirs, compute):
    global passed, failed
    try:
        found = list(differences(compute(), theirs))
    except Exception as error:  # a crash is a disagreement, and the other vectors are still to be checked
        found = [repr(error)]
    failed += bool(found)
    passed += not found
    if found:
        print(f"FAILED {name}", *found[:8], sep="\n  ")


def frame(vector):
    clean, marks = verifier.find_marks("a" + vector["mark"] + "b")
    return {"clean": clean, "marks": [(at, payload.hex()) for at, payload in marks],
            "crc24": verifier.crc24(marks[0][1]).hex()}


def repeated(parts):
    return "".join(part * times for part, times in parts)


def run(vector):
    clean, marks = verifier.find_marks(repeated(vector["text"]))
    return {"clean": clean, "marks": len(marks)}


def frame_wanted(vector):
    return {"clean": "ab", "marks": [(1, vector["payload"])], "crc24": vector["crc24"]}


def payload(vector, key):
    data = bytes.fromhex(vector["payload"])
    mark = verifier.parse_payload(data)
    fields = {"kind": mark.kind, "algorithm": verifier.ALGORITHMS[mark.algorithm], "streamId": mark.stream.hex(),
              "keyHint": mark.hint.hex()}
    found = {"at": vector["at"], "payload": vector["payload"], "fields": fields}
    if mark.claims is not None:
        fields["claims"] = mark.claims
    if mark.kind == "opening":
        return found | {"digest": verifier.opening_digest(data).hex()}
    fields["count" if mark.kind == "closing" else "index"] = mark.index
    fields["format"], fields["notComparable"] = mark.format, mark.opaque
    fields["extent"] = {"exactLength": mark.lengths[0], "skeletonLength": mark.lengths[1],
                        "exactDigest": mark.digests[0].hex(), "skeletonDigest": mark.digests[1].hex()}
    if mark.opening:
        fields["openingDigest"] = mark.opening.hex()
    if mark.kind == "closing":
        fields["ending"] = mark.ending
        if mark.chain:
            fields["chain"] = mark.chain.hex()
    fields["lag"] = {"exact": mark.lags[0], "skeleton": mark.lags[1]}
    fields["signature"] = mark.signature.hex()
    found |= {"signedBytes": key.signed_bytes(mark).hex(), "signature": mark.signature.hex()}
    return found if key.verify(mark) else "the signature is not valid"


def report(vector):
    return verifier.verify(vector["text"], vector.get("detached"), vector["trust"], vector["now"])


def well_formed(vector):
    kind, given = vector["kind"], vector["given"]
    if kind == "mark":
        return verifier.find_marks(given)[0] == ""
    try:
        if kind == "detached":
            verifier.parse_detached(given)
        else:
            read = verifier.parse_payload if kind == "payload" else verifier.parse_claims
            read(bytes.fromhex(given))
        return True
    except verifier.Malformed:
        return False


def trusted(vector):
    try:
        return {"keyIds": [verifier.b64(key.thumbprint) for key in verifier.read_trust(vector["trust"])]}
    except verifier.SharedSecret:
        return {"error": "SHARED_SECRET_REFUSED"}
    except verifier.Malformed:
        return {"error": "INVALID_KEY"}


def skeleton_found(vector):
    found = skeleton(vector["text"], vector["reading"])
    return {"chars": "".join(c for c, _ in found), "offsets": [at for _, at in found]}


def main():
    print(f"Python {sys.version.split()[0]}, Unicode {unicodedata.unidata_version} (the format: 17.0.0)")
    for v in load("seal/frames.json")["vectors"]:
        check(f"frames: {v['payload'][:16]}", frame_wanted(v), lambda: frame(v))
    for v in load("seal/runs.json")["vectors"]:
        check(f"runs: {v['name']}", {"clean": repeated(v["clean"]), "marks": v["marks"]}, lambda: run(v))
    for v in load("seal/claims.json")["vectors"]:
        check(f"claims: {v['bytes'][:16]}", v["claims"], lambda: verifier.parse_claims(bytes.fromhex(v["bytes"])))
    for v in load("seal/digests.json")["vectors"]:
        check(f"digests: {v['kind']} {v['index']}", v["digest"], lambda: verifier.digest(
            v["kind"], bytes.fromhex(v["streamId"]), v["index"], v["text"]).hex())
    reports = load("seal/reports.json")["vectors"]
    key = verifier.Key(reports[0]["trust"][0])  # the payloads are those of the first report's text
    for v in load("seal/payloads.json")["vectors"]:
        check(f"payloads: {v['fields']['kind']} at {v['at']}", v, lambda: payload(v, key))
    for v in load("seal/malformed.json")["vectors"]:
        check(f"malformed: {v['kind']}, {v['name']}", v["isWellFormed"], lambda: well_formed(v))
    for v in load("seal/keys.json")["vectors"]:
        wanted = {name: v[name] for name in ("keyIds", "error") if name in v}
        check(f"keys: {v['name']}", wanted, lambda: trusted(v))
    for v in reports:
        check(f"reports: {v['name']}", v["report"], lambda: report(v))
    for v in load("markdown/skeletons.json"):
        assert v["reading"] in READINGS
        check(f"skeletons: {v['name']}, {v['reading']}", {"chars": scalar(v["chars"]), "offsets": v["offsets"]},
              lambda: skeleton_found(v))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
