"""Records what encypher-ai 3.x gives for random inputs in the formats that Ed25519 signs: `record_signed.py VERSION SEED COUNT FOLDER`."""
import base64
import copy
import inspect
import json
import logging
import sys
import warnings

from cases import generator, mapping, text, timestamp, unpaired
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from encypher.core.constants import MetadataTarget
from encypher.core.unicode_metadata import UnicodeMetadata
from outcome import outcome, plain

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
version, seed, count, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
rng = generator(seed)
private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
other = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
TIMES = [None, 0, 1711843200, 1711843200.75, -1, "2025-01-01T00:00:00Z", "2025-01-01T02:00:00+02:00", "2024-02-29", "2025-01-01 10:00:00.999999", "never"]
TARGETS = ["WHITESPACE", "PUNCTUATION", "FIRST_LETTER", "LAST_LETTER", "ALL_CHARACTERS", "FILE_END", "FILE_END_ZWNBSP", "NONE", None]


TAKEN = inspect.signature(UnicodeMetadata.embed_metadata).parameters
OMITTED = ["timestamp", "a", "k", "z", "nested", "10", "manifest", "custom_metadata", "ai_info", "model_id", "payload"]


def members():
    return rng.choice([{}, None, mapping(rng), mapping(rng), {**mapping(rng), "signer_id": 1, "timestamp": 2, "format": "x", "model_id": 5}])


ARGUMENTS = {
    "model_id": (0.5, lambda: rng.choice(["gpt-4", "modèle 😀", "", None])),
    "custom_metadata": (0.6, members),
    "claim_generator": (0.5, lambda: rng.choice(["MyApp/1.0", "", None])),
    "actions": (0.5, lambda: rng.choice([[], None, [mapping(rng)], [{"label": "c2pa.created", "when": "2025-01-01T00:00:00Z"}, mapping(rng)]])),
    "ai_info": (0.5, members),
    "custom_claims": (0.5, members),
    "ingredients": (0.1, lambda: [{"title": "x"}]),
    "custom_assertions": (0.1, lambda: [{"label": "x", "data": {}}]),
    "add_hard_binding": (0.1, lambda: rng.choice([True, False])),
    "omit_keys": (0.2, lambda: rng.sample(OMITTED, rng.randint(0, 3))),
}


def arguments():
    given = {name: make() for name, (share, make) in ARGUMENTS.items() if name in TAKEN and rng.random() < share}
    return {"timestamp": rng.choice([rng.choice(TIMES), timestamp(rng)]), **given}


def case(number):
    form = rng.choice(["basic", "manifest", "cbor_manifest", "jumbf"])
    item = {"id": f"random-{form}/{seed}/{number}", "text": text(rng), "metadata_format": form, "args": arguments(), "signer_id": rng.choice(["signer", "подпись", "s", 'a"b'])}
    item["target"] = rng.choice(TARGETS)
    item["distribute_across_targets"] = rng.random() < 0.05
    target = MetadataTarget[item["target"]] if item["target"] else None
    given = copy.deepcopy(item["args"])
    item["output"] = outcome(
        lambda: UnicodeMetadata.embed_metadata(
            text=item["text"], private_key=private, signer_id=item["signer_id"], metadata_format=form, target=target, distribute_across_targets=item["distribute_across_targets"], **given
        )
    )
    if "value" in item["output"]:
        read(item, item["output"]["value"])
    item["args"]["timestamp"] = plain(item["args"]["timestamp"])
    return item


def read(item, output):
    item["extract"] = outcome(lambda: UnicodeMetadata.extract_metadata(output))
    for name, key in (("verify_ok_signer_payload", private.public_key()), ("verify_wrong_key", other.public_key()), ("verify_unknown_signer", None)):
        item[name] = outcome(lambda key=key: UnicodeMetadata.verify_metadata(output, lambda signer: key))


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def outer():
    """The outer JSON as a forger or a careless tool would write it."""
    inner = {"signer_id": rng.choice(["signer", "other"]), "format": rng.choice(["basic", "manifest", "x"]), **mapping(rng)}
    signature = base64.urlsafe_b64encode(private.sign(canonical(inner).encode())).rstrip(b"=").decode()
    whole = {"format": rng.choice(["basic", "manifest", "basic", "manifest", "weird", None]), "payload": inner, "signature": signature, "signer_id": rng.choice(["signer", "", None])}
    kind = rng.randint(0, 10)
    if kind == 0:
        whole["extra"] = 1
    if kind == 1:
        whole.pop(rng.choice(list(whole)))
    if kind == 2:
        whole["signature"] += rng.choice(["=", "x", "*"])
    if kind == 3:
        whole["payload"] = rng.choice(["text", 5, None, [], {}])
    if kind == 4:
        whole["signature"] = rng.choice(["", None, 5, "AAAA"])
    if kind == 5:
        return canonical([whole])
    if kind == 6:
        return json.dumps(whole, separators=rng.choice([(",", ":"), (", ", ": ")]))
    around = [("\ufeff", ""), ("\x0f", ""), ("x", "}"), ("{", ""), ("", " \n"), ("", "}")]
    before, after = rng.choice(around) if kind == 7 else ("", "")
    return before + canonical(whole) + after


def tampered_case(number):
    run = "".join(UnicodeMetadata.to_variation_selector(byte) for byte in outer().encode())
    behind = [rng.choice(["", " ", "\n", "\u200b", "\ufeff", "x", "❤\ufe0f", "\u00a0\u202f", "\u2060\u200d "]) for _ in range(2)]
    whole = rng.choice([text(rng), ""]) + run + "".join(behind) + rng.choice(["", "", text(rng)])
    at = rng.randrange(len(whole))
    changed = whole[:at] + chr(rng.choice([0xFE00 + rng.randint(0, 15), 0xE0100 + rng.randint(0, 239), 0x41])) + whole[at + 1 :]
    item = {"id": f"random-tampered/{seed}/{number}", "text": unpaired(rng.choice([whole, whole, whole, whole[:at], changed])), "content_tampered": None}
    item["extract"] = outcome(lambda: UnicodeMetadata.extract_metadata(item["text"]))
    verify = lambda **options: UnicodeMetadata.verify_metadata(item["text"], lambda signer: private.public_key(), **options)
    item["verify_ok_signer_payload"] = outcome(verify)
    item["verify_return_payload_on_failure"] = outcome(lambda: verify(return_payload_on_failure=True))
    return item


def write(name, kind, cases):
    raw = lambda key: key.public_bytes_raw().hex()
    keys = {"ed25519_private_hex": bytes(range(32)).hex(), "ed25519_public_hex": raw(private.public_key()), "other_public_hex": raw(other.public_key())}
    with open(f"{folder}/{name}", "w", encoding="utf-8") as out:
        json.dump({"format": f"encypher-ai {version}{kind}", "set": f"random {seed}", **keys, "cases": cases}, out, ensure_ascii=True)
        out.write("\n")


write(f"v{version}.signed_formats.json", " basic/manifest/cbor_manifest/jumbf", [case(number) for number in range(count)])
if version.startswith("3."):
    write(f"v{version}.signed_tampered.json", "", [tampered_case(number) for number in range(count)])
