"""Records what encypher-ai 1.0.0 or 1.1.0 gives for random inputs, as a vector file: `record_legacy.py VERSION SEED COUNT FOLDER [portable]`.

`portable` leaves out what depends on the host's time zone."""
import copy
import hashlib
import hmac
import json
import sys
from datetime import datetime

from cases import TARGETS, chunks, event, generator, mapping, text, timestamp
from encypher.core.metadata_encoder import MetadataEncoder
from encypher.core.unicode_metadata import UnicodeMetadata
from encypher.streaming.handlers import StreamingHandler
from outcome import outcome, plain

version, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
signs = version == "1.1.0"
portable = "portable" in sys.argv
rng = generator(seed)


def key():
    return rng.choice([None, "your-secret-key", "kéy-🔑", ""]) if signs else None


def embed(case):
    args = dict(case["args"])
    if signs and case["hmac_secret_key"] is not None:
        args["hmac_secret_key"] = case["hmac_secret_key"]
    return UnicodeMetadata.embed_metadata(text=case["text"], target=case["target"], **args)


def metadata_case(number):
    case = {"id": f"random/{seed}/{number}", "text": text(rng), "target": rng.choice(TARGETS), "hmac_secret_key": key()}
    case["args"] = {"model_id": rng.choice(["gpt-4", "", None, "模型"]), "timestamp": timestamp(rng), "custom_metadata": mapping(rng)}
    case["output"] = outcome(lambda: embed(case))
    if "value" in case["output"]:
        output = case["output"]["value"]
        case["extract"] = outcome(lambda: UnicodeMetadata.extract_metadata(output))
        if signs:
            keys = ["your-secret-key", "kéy-🔑", ""]
            case["verify"] = [{"key": k, "result_metadata_isverified": outcome(lambda k=k: UnicodeMetadata.verify_metadata(output, k))} for k in keys]
    case["args"]["timestamp"] = plain(case["args"]["timestamp"])
    return case


def stream_metadata():
    at = rng.choice([rng.randint(0, 4000000000), 1711843200.9, "2024-03-31T05:30:15.987654+05:30", "yesterday", True])
    members = {**mapping(rng), "model_id": rng.choice(["gpt-4", "gpt-4", "", None, 5, ["x"], False]), "timestamp": at}
    return dict(rng.sample(list(members.items()), len(members)))


def stream_case(number):
    metadata = stream_metadata()
    case = {"id": f"random-stream/{seed}/{number}", "metadata": metadata, "target": rng.choice(TARGETS), "encode_first_chunk_only": rng.random() < 0.6}
    case["hmac_secret_key"] = key()
    case["chunks"] = chunks(rng, text(rng))
    options = {"hmac_secret_key": case["hmac_secret_key"]} if signs else {}
    handler = StreamingHandler(dict(metadata), target=case["target"], encode_first_chunk_only=case["encode_first_chunk_only"], **options)
    case["outputs"] = [handler.process_chunk(chunk) for chunk in case["chunks"]]
    case["has_encoded"] = handler.has_encoded
    full = "".join(case["outputs"])
    case["extract_full"] = outcome(lambda: UnicodeMetadata.extract_metadata(full))
    return case


def event_case(number):
    case = {"id": f"random-events/{seed}/{number}", "metadata": stream_metadata(), "target": rng.choice(TARGETS), "encode_first_chunk_only": rng.random() < 0.6}
    case["hmac_secret_key"] = key()
    case["chunks"] = [event(rng, text(rng)) for _ in range(rng.randint(1, 4))]
    options = {"hmac_secret_key": case["hmac_secret_key"]} if signs else {}
    handler = StreamingHandler(dict(case["metadata"]), target=case["target"], encode_first_chunk_only=case["encode_first_chunk_only"], **options)
    case["outputs"], case["has_encoded_after"] = [], []
    for chunk in case["chunks"]:
        case["outputs"].append(handler.process_chunk(copy.deepcopy(chunk)))
        case["has_encoded_after"].append(handler.has_encoded)
    return case


def encoder_case(number):
    secret = rng.choice(["your-secret-key", "kéy-🔑", ""]) if not signs else key()
    case = {"id": f"random-encoder/{seed}/{number}", "text": text(rng), "secret_key": secret, "metadata": {**mapping(rng), "timestamp": 1}}
    own = MetadataEncoder(secret) if secret is not None else MetadataEncoder()
    output = own.encode_metadata(case["text"], dict(case["metadata"]))
    case["output"] = {"value": output}
    case["decode_metadata_cleantext"] = outcome(lambda: own.decode_metadata(output))
    case["verify_text_valid_metadata_clean"] = outcome(lambda: own.verify_text(output))
    return case


def payload():
    """A payload as a forger, a careless tool or a bit flip would leave it."""
    kind = rng.randint(0, 7)
    data = json.dumps({"model_id": "m", "timestamp": rng.choice([1, 1.5, True, None, "2024-03-31T00:00:00Z", "x", 1e30, 10**18, 10**20, -(10**13), [1]]), **mapping(rng)}, separators=(",", ":"))
    if kind == 0:
        return rng.choice(['"model_id"', '["model_id"]', '["model_id","timestamp"]', "null", "42", "NaN", "-Infinity", "[1]", '"model_id timestamp"', "{}", "", "{", "1.", "[1,]"]).encode()
    mac = hmac.new(b"your-secret-key", data.encode(), hashlib.sha256).hexdigest()
    if kind == 1:
        data, mac = rng.choice(['"model_id"', '["model_id"]', "null", "{}", "[]", "5", '"x"']), rng.choice([mac, "é", 5, None])
        mac = hmac.new(b"your-secret-key", data.encode(), hashlib.sha256).hexdigest() if rng.random() < 0.7 else mac
    whole = rng.choice(['{"data":%s,"signature":%s}', '{"signature":%s,"data":%s}', ' { "data" : %s , "signature" : %s } ', '{"x":1,"data":%s,"signature":%s}'])
    parts = (data, json.dumps(mac))
    raw = (whole % (parts[::-1] if whole.startswith('{"sig') else parts)).encode()
    if kind in (2, 3) and raw:
        at = rng.randrange(len(raw))
        raw = raw[:at] + bytes([rng.randrange(256)]) + raw[at + 1 :]
    if kind == 4:
        raw = raw[: rng.randrange(len(raw))]
    return raw


def tampered_case(number):
    hidden = "".join(UnicodeMetadata.to_variation_selector(byte) for byte in payload())
    case = {"id": f"random-tampered/{seed}/{number}", "text": rng.choice(["a ", "❤\ufe0f ", "", "x"]) + hidden + "b", "key": rng.choice(["your-secret-key", "other"])}
    case["content_tampered"] = False
    case["extract"] = outcome(lambda: UnicodeMetadata.extract_metadata(case["text"]))
    case["verify_metadata_isverified"] = outcome(lambda: UnicodeMetadata.verify_metadata(case["text"], case["key"]))
    return case


def is_naive(stamp):
    try:
        return datetime.fromisoformat(str(stamp).replace("Z", "+00:00")).tzinfo is None
    except ValueError:
        return False


def kept(case):
    return not portable or not (isinstance(case["args"]["timestamp"], str) and is_naive(case["args"]["timestamp"]))


def write(name, kind, cases):
    with open(f"{sys.argv[4]}/{name}", "w", encoding="utf-8") as file:
        json.dump({"format": f"encypher-ai {version} {kind}", "set": f"random {seed}", "cases": cases}, file, ensure_ascii=True)
        file.write("\n")


write(f"v{version}.unicode_metadata.json", "UnicodeMetadata", [case for case in map(metadata_case, range(count)) if kept(case)])
write(f"v{version}.streaming.json", "StreamingHandler", [stream_case(n) for n in range(count)] + [event_case(n) for n in range(count // 2)])
write(f"v{version}.metadata_encoder.json", "MetadataEncoder", [encoder_case(n) for n in range(count // 4)])
if signs:
    write(f"v{version}.verify_tampered.json", "verify_metadata", [tampered_case(n) for n in range(count)])
