"""Verifies with encypher-ai what Streamseal embedded: JSON on standard input, verdicts on standard output. `read_ours.py VERSION`."""
import json
import logging
import sys
import warnings

from outcome import outcome, plain

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
version = sys.argv[1]


def legacy(item):
    from encypher.core.metadata_encoder import MetadataEncoder
    from encypher.core.unicode_metadata import UnicodeMetadata

    if item["kind"] == "encoder":
        return MetadataEncoder(item["key"]).verify_text(item["text"])
    return UnicodeMetadata.verify_metadata(item["text"], item["key"])


def signed(item):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from encypher.core.unicode_metadata import UnicodeMetadata

    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(item["key"]))
    return UnicodeMetadata.verify_metadata(item["text"], lambda signer: key)


read = legacy if version.startswith("1.") else signed
print(json.dumps([outcome(lambda item=item: plain(read(item))) for item in json.load(sys.stdin)]))
