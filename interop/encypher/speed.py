"""Times the Python package: `speed.py VERSION`; JSON on standard output, the best of several runs in milliseconds."""
import json
import logging
import sys
import time

logging.disable(logging.CRITICAL)
version = sys.argv[1]
SENTENCE = "Lorem ipsum dolor sit amet, consectetur adipiscing elit. "


def text(size):
    return (SENTENCE * (size // len(SENTENCE) + 1))[:size]


def best(call, rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def legacy():
    from encypher.core.unicode_metadata import UnicodeMetadata as U

    for target in ("whitespace", "punctuation"):
        for size, rounds in ((1000, 50), (100_000, 3)):
            args = {"text": text(size), "model_id": "gpt-4", "timestamp": 1711843200, "target": target, "hmac_secret_key": "key"}
            marked = U.embed_metadata(**args)
            yield f"1.1 embed {target} {size}", best(lambda: U.embed_metadata(**args), rounds)
            yield f"1.1 verify {target} {size}", best(lambda: U.verify_metadata(marked, "key"), 50)


def signed():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from encypher.core.constants import MetadataTarget
    from encypher.core.unicode_metadata import UnicodeMetadata as U

    key = Ed25519PrivateKey.from_private_bytes(bytes([7] * 32))
    public = key.public_key()
    for size, rounds in ((1000, 100), (100_000, 20), (10_000_000, 2)):
        args = {"text": text(size), "private_key": key, "signer_id": "s", "metadata_format": "basic", "timestamp": 1711843200, "target": MetadataTarget.WHITESPACE}
        marked = U.embed_metadata(**args)
        yield f"3.x embed whitespace {size}", best(lambda: U.embed_metadata(**args), rounds)
        yield f"3.x verify whitespace {size}", best(lambda: U.verify_metadata(marked, lambda _: public), rounds)


print(json.dumps(dict(legacy() if version.startswith("1.") else signed())))
