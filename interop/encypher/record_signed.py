"""Records what encypher-ai 3.x gives for random inputs in the formats that Ed25519 signs: `record_signed.py VERSION SEED COUNT FOLDER`."""
import copy
import json
import logging
import sys
import warnings

from cases import generator, mapping, text
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from encypher.core.constants import MetadataTarget
from encypher.core.unicode_metadata import UnicodeMetadata
from outcome import outcome

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
version, seed, count, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
rng = generator(seed)
private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
other = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
TIMES = [None, 0, 1711843200, 1711843200.75, -1, "2025-01-01T00:00:00Z", "2025-01-01T02:00:00+02:00", "2024-02-29", "2025-01-01 10:00:00.999999", "never"]
TARGETS = ["WHITESPACE", "PUNCTUATION", "FIRST_LETTER", "LAST_LETTER", "ALL_CHARACTERS", "FILE_END", "FILE_END_ZWNBSP", "NONE", None]


def hide(members):
    return {key: member for key, member in members.items() if key not in ("signature", "data") or rng.random() < 0.5}


def arguments(form):
    args = {"timestamp": rng.choice(TIMES)}
    if rng.random() < 0.5:
        args["model_id"] = rng.choice(["gpt-4", "modèle 😀", ""])
    if rng.random() < 0.6:
        args["custom_metadata"] = hide(mapping(rng))
    if form != "basic":
        if rng.random() < 0.5:
            args["claim_generator"] = "MyApp/1.0"
        if rng.random() < 0.5:
            args["actions"] = [{"label": "c2pa.created", "when": "2025-01-01T00:00:00Z"}]
        if rng.random() < 0.5:
            args["ai_info"] = {"model_version": "1", **({"model_id": "orig"} if rng.random() < 0.5 else {})}
        if rng.random() < 0.5:
            args["custom_claims"] = mapping(rng)
    if rng.random() < 0.2:
        args["omit_keys"] = rng.choice([["timestamp"], ["a", "k"], ["nested", "z"], []])
    return args


def case(number):
    form = rng.choice(["basic", "manifest", "cbor_manifest", "jumbf"])
    item = {"id": f"random-{form}/{seed}/{number}", "text": text(rng), "metadata_format": form, "args": arguments(form), "signer_id": rng.choice(["signer", "подпись", "s"])}
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
    return item


def read(item, output):
    item["extract"] = outcome(lambda: UnicodeMetadata.extract_metadata(output))
    for name, key in (("verify_ok_signer_payload", private.public_key()), ("verify_wrong_key", other.public_key()), ("verify_unknown_signer", None)):
        item[name] = outcome(lambda key=key: UnicodeMetadata.verify_metadata(output, lambda signer: key))


cases = [case(number) for number in range(count)]
raw = lambda key: key.public_bytes_raw().hex()
file = {
    "format": f"encypher-ai {version} basic/manifest/cbor_manifest/jumbf",
    "set": f"random {seed}",
    "ed25519_private_hex": bytes(range(32)).hex(),
    "ed25519_public_hex": raw(private.public_key()),
    "other_public_hex": raw(other.public_key()),
    "cases": cases,
}
with open(f"{folder}/v{version}.signed_formats.json", "w", encoding="utf-8") as out:
    json.dump(file, out, ensure_ascii=True)
    out.write("\n")
