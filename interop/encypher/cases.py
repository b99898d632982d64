"""Random inputs for comparing Streamseal's port of Encypher with the package itself: seeded, so that a difference can be found again."""
import random
from datetime import datetime, timedelta, timezone

SCRIPTS = [
    "Hello, world! This is a test. ", "it's a don't — “quoted” x_1 9lives ", "Привет, мир! Как дела? ", "你好，世界。这是测试！", "こんにちは、世界。カタカナ ",
    "안녕 세상! ", "שלום עולם! ", "مَرْحَبًا بالعالم؟ ", "नमस्ते दुनिया ", "สวัสดีชาวโลก ", "ភាសាខ្មែរ ", "ไทย\u200bไทย ", "می\u200cخواهم ",
    "e\u0301te\u0301 ", "👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3 🇩🇪 👍🏽 ", "𝔘𝔫𝔦 𐐀𐐨 ", "a\r\nb\n\nc\t\u00a0d\u0085e\u001cf\u2028g\u3000h\ufeff ", ".,!?;: ", "", " ", "\n",
    "字\U000e0100 ", "x\ufe00y ", "½ ² Ⅻ ٣ ", "ﬁ ß İ ı ",
]
PIECES = ["a", "Z", "0", "é", "\u4f60", "😀", '"', "\\", "/", "\b", "\f", "\n", "\r", "\t", "\x7f", "\x00", "\u2028", "<", "&", "\uffff", "\ue000"]


RANGES = [(0, 0x7F), (0, 0x7F), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x1FFFF), (0x20000, 0x10FFFF), (0xD800, 0xDFFF)]
HIDDEN = "\ufe00\ufe0e\ufe0f\U000e0100\U000e01ee\U000e01ef\ufeff\u200b\u200c\u200d\u2060\u202f\u061c\u0300\u20dd"


def character(rng):
    if rng.random() < 0.15:
        return rng.choice(HIDDEN)
    return chr(rng.randint(*rng.choice(RANGES)))


def unpaired(whole):
    """Without the second of two halves in a row: JSON would make one character of them."""
    kept = ""
    for c in whole:
        if not ("\udc00" <= c <= "\udfff" and "\ud800" <= kept[-1:] <= "\udbff"):
            kept += c
    return kept


def text(rng):
    parts = [rng.choice(SCRIPTS) for _ in range(rng.randint(0, 6))]
    if rng.random() < 0.5:
        parts.insert(rng.randint(0, len(parts)), "".join(character(rng) for _ in range(rng.randint(0, 20))))
    return unpaired("".join(parts))


def string(rng):
    return unpaired("".join(rng.choice(PIECES) if rng.random() < 0.7 else character(rng) for _ in range(rng.randint(0, 6))))


def number(rng):
    kind = rng.randint(0, 5)
    if kind == 0:
        return rng.randint(-10, 10)
    if kind == 1:
        return rng.choice([1, -1]) * rng.getrandbits(rng.choice([31, 53, 54, 63, 64, 65, 200]))
    if kind == 2:
        return float(rng.randint(-10, 10))
    if kind == 3:
        return rng.uniform(-1, 1) * 10.0 ** rng.randint(-320, 308)
    if kind == 4:
        return rng.choice([0.1, 1e16, 1e15, 9999999999999998.0, 1e-4, 1e-5, 123456.789e-10, 5e-324, 1.7976931348623157e308, -0.0, 1e21, 1e22])
    return round(rng.uniform(-1000, 1000), rng.randint(0, 6))


def value(rng, depth=0):
    kind = rng.randint(0, 7 if depth < 3 else 4)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind in (1, 2):
        return number(rng)
    if kind in (3, 4):
        return string(rng)
    if kind == 5:
        return [value(rng, depth + 1) for _ in range(rng.randint(0, 3))]
    return mapping(rng, depth + 1)


KEYS = ["10", "9", "a", "A", "é", "😀", "\uff21", "z", "__proto__", "data", "signature", "", "nested", "k"]


def mapping(rng, depth=0):
    return {rng.choice(KEYS) if rng.random() < 0.6 else string(rng): value(rng, depth) for _ in range(rng.randint(0, 4))}


def moment(rng):
    zone = rng.choice([timezone.utc, timezone(timedelta(minutes=rng.randint(-1439, 1439))), timezone(timedelta(seconds=rng.randint(-86399, 86399)))])
    day = datetime(rng.randint(2, 9998), rng.randint(1, 12), rng.randint(1, 28), tzinfo=zone)
    return day + timedelta(seconds=rng.randint(0, 86399), microseconds=rng.choice([0, 1, 500000, 999999]))


def timestamp(rng):
    kind = rng.randint(0, 10)
    if kind == 9:
        return moment(rng)
    if kind == 10:
        return rng.choice([1e16, 1e-7, -0.0, 1e18, 2**53 + 1, 10**30, False, 1e300, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2024-02-30T00:00:00Z", "2024-03-31T24:00:00Z", "Z"])
    if kind == 0:
        return rng.randint(-62135596800, 253402300799)
    if kind == 1:
        return rng.uniform(0, 4e9)
    if kind == 2:
        return rng.choice([0, -1, 1, True, -0.5, 1711843200.9, 1711843200.9999999])
    if kind == 3:
        return rng.choice(["yesterday", "", "2024", "20240331", "2024-W13", "2024-W13-7", "2024W137", "2024-03-31", "24-03-31"])
    date = rng.choice(["%04d-%02d-%02d", "%04d%02d%02d"]) % (rng.randint(1, 9999), rng.randint(1, 13), rng.randint(1, 31))
    clock = rng.choice(["%02d", "%02d:%02d", "%02d:%02d:%02d", "%02d%02d", "%02d%02d%02d"])
    clock = clock % tuple([rng.randint(0, 24), rng.randint(0, 60), rng.randint(0, 60)][: clock.count("%")])
    clock += rng.choice(["", "", ".5", ",123", ".123456", ".1234567", "."])
    zone = rng.choice(["Z", "+00:00", "-05:30", "+0530", "+23:59", "-24:00", "+05:30:15", "+01:00:00.5", "z", "+5", "-00:00"])
    return date + rng.choice(["T", " ", "t", "X", "é", "😀", ""]) + clock + zone


TARGETS = ["whitespace", "punctuation", "first_letter", "last_letter", "all_characters", "none", "bogus"]


def event(rng, piece):
    """A chunk of OpenAI's or Anthropic's, as 1.x may meet it."""
    content = rng.choice([piece, piece, "", " ", None])
    choice = {"index": rng.randint(0, 1), "finish_reason": rng.choice([None, "stop"])}
    choices = [{**choice, **rng.choice([{"delta": {"content": content}}, {"delta": {"role": "assistant"}}, {"text": content}, {"delta": {}, "text": piece}])} for _ in range(rng.randint(0, 3))]
    delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
    return rng.choice([{"choices": choices, "id": "x"}, {"choices": choices}, {"completion": content, "stop_reason": None}, {"choices": None, "completion": piece}, delta, {"usage": {"total_tokens": 3}}])


def chunks(rng, whole):
    parts = []
    while whole:
        size = rng.randint(1, 12)
        parts.append(whole[:size])
        whole = whole[size:]
    return parts or [""]


def generator(seed):
    return random.Random(seed)
