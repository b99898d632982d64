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
    from encypher.core.metadata_encoder import MetadataEncoder
    from encypher.core.unicode_metadata import UnicodeMetadata as U
    from encypher.streaming.handlers import StreamingHandler

    for target in ("whitespace", "punctuation", "first_letter", "last_letter", "all_characters"):
        for size, rounds in ((1000, 50), (100_000, 3)):
            args = {"text": text(size), "model_id": "gpt-4", "timestamp": 1711843200, "target": target, "hmac_secret_key": "key"}
            marked = U.embed_metadata(**args)
            yield f"1.1 embed {target} {size}", best(lambda: U.embed_metadata(**args), rounds)
            yield f"1.1 verify {target} {size}", best(lambda: U.verify_metadata(marked, "key"), 50)
            yield f"1.1 extract {target} {size}", best(lambda: U.extract_metadata(marked), 50)
    for size, rounds in ((1000, 50), (100_000, 3)):
        encoder = MetadataEncoder("key")
        metadata = {"model_id": "gpt-4", "timestamp": 1711843200}
        encoded = encoder.encode_metadata(text(size), metadata)
        yield f"1.1 encode zero-width {size}", best(lambda: encoder.encode_metadata(text(size), metadata), rounds)
        yield f"1.1 decode zero-width {size}", best(lambda: encoder.verify_text(encoded), rounds)
        chunks = [word + " " for word in text(size).split(" ")]

        def stream():
            handler = StreamingHandler(dict(metadata), hmac_secret_key="key")
            return [handler.process_chunk(chunk) for chunk in chunks]

        yield f"1.1 stream whitespace {size}", best(stream, rounds)


def signed():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from encypher.core.constants import MetadataTarget
    from encypher.core.unicode_metadata import UnicodeMetadata as U

    key = Ed25519PrivateKey.from_private_bytes(bytes([7] * 32))
    public = key.public_key()

    def pair(form, target, size, rounds):
        args = {"text": text(size), "private_key": key, "signer_id": "s", "metadata_format": form, "timestamp": 1711843200, "target": MetadataTarget[target.upper()]}
        marked = U.embed_metadata(**args)
        yield f"3.x embed {form}/{target} {size}", best(lambda: U.embed_metadata(**args), rounds)
        yield f"3.x verify {form}/{target} {size}", best(lambda: U.verify_metadata(marked, lambda _: public), rounds)

    for size, rounds in ((1000, 100), (100_000, 20), (10_000_000, 2)):
        for target in ("whitespace", "file_end"):
            yield from pair("basic", target, size, rounds)
    for form in ("manifest", "cbor_manifest", "jumbf"):
        yield from pair(form, "whitespace", 1000, 100)


print(json.dumps(dict(legacy() if version.startswith("1.") else signed())))
