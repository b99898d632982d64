"""Claims: a part of CBOR (RFC 8949), and what its keys mean (seal-format.md §3)."""

import math
import struct

from binary import Malformed, Reader

SOURCE_TYPES = [
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
    "algorithmicMedia",
    "compositeSynthetic",
    "algorithmicallyEnhanced",
    "dataDrivenMedia",
    "digitalCreation",
    "humanEdits",
    "composite",
    "compositeCapture",
]
MOST_LEVELS = 16
LATEST_MS = 8.64e15


def read_length(reader, low):
    """The argument of a head, in its shortest form."""
    if low < 24:
        return low
    if low > 27:
        raise Malformed("an indefinite length")
    size = 1 << (low - 24)
    value = int.from_bytes(reader.take(size), "big")
    if value < (24, 2**8, 2**16, 2**32)[low - 24]:
        raise Malformed("a head that is not the shortest")
    return value


def read_integer(reader, low):
    value = read_length(reader, low)
    if value >= 2**53:
        raise Malformed("an integer too great")
    return value


def read_text(reader, low):
    try:
        return reader.take(read_length(reader, low)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("a text that is not UTF-8") from error


def read_map(reader, low, depth):
    """Keys are integers or texts, none repeated."""
    entries = {}
    for _ in range(read_length(reader, low)):
        key = read_item(reader, depth + 1)
        if isinstance(key, bool) or not isinstance(key, (int, str)) or key in entries:
            raise Malformed("a key of another type, or repeated")
        entries[key] = read_item(reader, depth + 1)
    return entries


def read_simple(reader, low):
    if low == 27:
        return struct.unpack(">d", reader.take(8))[0]
    if low not in (20, 21, 22):
        raise Malformed("a simple value")
    return {20: False, 21: True, 22: None}[low]


def read_item(reader, depth):
    """One CBOR item that stands inside `depth` arrays and maps."""
    if depth > MOST_LEVELS:
        raise Malformed("too many levels")
    head = reader.byte()
    major, low = head >> 5, head & 0x1F
    if major == 0:
        return read_integer(reader, low)
    if major == 1:
        return -1 - read_integer(reader, low)
    if major == 2:
        return reader.take(read_length(reader, low))
    if major == 3:
        return read_text(reader, low)
    if major == 4:
        return [read_item(reader, depth + 1) for _ in range(read_length(reader, low))]
    if major == 5:
        return read_map(reader, low, depth)
    if major == 7:
        return read_simple(reader, low)
    raise Malformed("a tag")


def need(condition):
    if not condition:
        raise Malformed("a claim of another type")


def is_whole(value):
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def time_text(milliseconds, with_fraction):
    """ISO 8601 in UTC; years beyond 9999 have a sign and six digits, as ECMAScript writes them."""
    need(abs(milliseconds) <= LATEST_MS)
    days, rest = divmod(int(milliseconds), 86400000)
    year, month, day = civil(days)
    years = f"{year:04}" if 0 <= year <= 9999 else f"{'-' if year < 0 else '+'}{abs(year):06}"
    seconds, thousandths = divmod(rest, 1000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{years}-{month:02}-{day:02}T{clock}{f'.{thousandths:03}' if with_fraction else ''}Z"


def civil(days):
    """Year, month and day of a day since 1970 (proleptic Gregorian)."""
    days += 719468
    era, day_of_era = divmod(days, 146097)
    year = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def address(value):
    """A byte string is what follows `https://`; a text stands as it is."""
    if isinstance(value, bytes):
        try:
            return "https://" + value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed("an address that is not UTF-8") from error
    need(isinstance(value, str))
    return value


def model(value):
    need(isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value)))
    return value


def text(value):
    need(isinstance(value, str))
    return value


def source_type(value):
    if isinstance(value, str):
        return value
    need(is_whole(value) and 0 <= value < 2**53)
    return SOURCE_TYPES[int(value)] if value < len(SOURCE_TYPES) else f"#{int(value)}"


def seconds(value):
    need(is_whole(value))
    return time_text(value * 1000, False)


def thousandths(value):
    need(is_whole(value))
    return time_text(value, True)


def verify_url(value, issuer):
    """An array holds what follows the issuer's address."""
    if not isinstance(value, list):
        return address(value)
    need(value and isinstance(value[0], str))
    return (issuer or "") + value[0]


def ingredients(value):
    need(isinstance(value, list))
    return [ingredient(one) for one in value]


def ingredient(value):
    need(isinstance(value, list) and value and isinstance(value[0], bytes) and len(value[0]) == 8)
    read = {"streamId": value[0].hex()}
    if len(value) > 1:
        read["keyId"] = text(value[1])
    return read


def custom(value):
    """The caller's own claims: any value that JSON has."""
    need(not isinstance(value, bytes) and not (isinstance(value, float) and not math.isfinite(value)))
    if isinstance(value, list):
        return [custom(one) for one in value]
    if isinstance(value, dict):
        return {text(key): custom(one) for key, one in value.items()}
    return value


KEYS = {
    1: ("provider", text),
    2: ("model", model),
    3: ("issuer", address),
    4: ("issuedAt", seconds),
    5: ("issuedAt", thousandths),
    6: ("issuedAt", text),
    7: ("digitalSourceType", source_type),
    9: ("ingredients", ingredients),
    10: ("custom", custom),
}


def read_claims(data):
    """The claims by name; unknown keys are passed over, a later key replaces an earlier one."""
    reader = Reader(data)
    if not data or data[0] >> 5 != 5:
        raise Malformed("no map")
    entries = read_item(reader, 0)
    need(reader.at_end())
    claims = {}
    for key, value in entries.items():
        if key == 8:
            claims["verifyUrl"] = verify_url(value, claims.get("issuer"))
        elif key in KEYS:
            name, read = KEYS[key]
            claims[name] = read(value)
    return claims
