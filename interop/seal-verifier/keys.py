"""Keys, whom to trust, and signatures (seal-format.md §5)."""

import hashlib
import hmac
import json
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from binary import Malformed
from digests import domain
from payloads import from_base64url, to_base64url

PRIME = 2**255 - 19
ORDER_8 = ("JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU", "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o")


def y_of(point):
    return int.from_bytes(point, "little") & (2**255 - 1)


SMALL_ORDER = {0, 1, PRIME - 1} | {y_of(from_base64url(key)) for key in ORDER_8}
WORST_FIRST = ["revoked", "expired", "unknown", "trusted"]


class Refused(Exception):
    """What a user gave to trust cannot be taken; the message is the error's code."""


@dataclass
class Key:
    """A key that the user trusts, and what the user says of it."""

    algorithm: str
    material: bytes
    thumbprint: bytes
    listings: list

    def standing(self, now_ms):
        """The worst of what is said of the key at this time."""
        return min((standing(jwk, now_ms) for jwk in self.listings), key=WORST_FIRST.index)


def standing(jwk, now_ms):
    if jwk.get("revoked", False) is not False:
        return "revoked"
    if "exp" in jwk and now_ms >= jwk["exp"] * 1000:
        return "expired"
    if "nbf" in jwk and now_ms < jwk["nbf"] * 1000:
        return "unknown"
    return "trusted"


def is_good_point(point):
    """32 bytes, canonical, and not of small order."""
    return len(point) == 32 and y_of(point) < PRIME and y_of(point) not in SMALL_ORDER


def read_key(jwk):
    """A key of the user's, or Refused."""
    if not isinstance(jwk, dict):
        raise Refused("INVALID_KEY")
    kind = (jwk.get("kty"), jwk.get("crv") if jwk.get("kty") == "OKP" else None)
    names = {("OKP", "Ed25519"): ("x", {"Ed25519", "EdDSA"}), ("oct", None): ("k", {"HS256"})}
    if kind not in names:
        raise Refused("INVALID_KEY")
    member, algorithms = names[kind]
    times = [jwk[name] for name in ("nbf", "exp") if name in jwk]
    if (
        jwk.get("use", "sig") != "sig"
        or ("alg" in jwk and jwk["alg"] not in algorithms)
        or any(isinstance(time, bool) or not isinstance(time, (int, float)) for time in times)
        or not isinstance(jwk.get(member), str)
    ):
        raise Refused("INVALID_KEY")
    try:
        material = from_base64url(jwk[member])
    except Malformed as error:
        raise Refused("INVALID_KEY") from error
    if not (is_good_point(material) if member == "x" else len(material) >= 32):
        raise Refused("INVALID_KEY")
    required = {"kty": kind[0], member: jwk[member]} | ({"crv": "Ed25519"} if member == "x" else {})
    canonical = json.dumps(required, sort_keys=True, separators=(",", ":")).encode()
    algorithm = "Ed25519" if member == "x" else "HMAC-SHA256"
    return Key(algorithm, material, hashlib.sha256(canonical).digest(), [jwk])


def read_keys(trust):
    """A key, a list of keys, or a JWK set; a key that comes twice is one."""
    is_set = isinstance(trust, dict) and "keys" in trust
    given = trust["keys"] if is_set else trust if isinstance(trust, list) else [trust]
    if is_set and any(isinstance(jwk, dict) and jwk.get("kty") == "oct" for jwk in given):
        raise Refused("SHARED_SECRET_REFUSED")
    keys = {}
    for jwk in given:
        try:
            key = read_key(jwk)
        except Refused:
            if is_set:
                continue
            raise
        if key.thumbprint in keys:
            keys[key.thumbprint].listings.append(jwk)
        else:
            keys[key.thumbprint] = key
    return list(keys.values())


def key_id(key):
    return to_base64url(key.thumbprint)


def signed_bytes(payload, thumbprint):
    return domain(payload.kind) + thumbprint + payload.fields


def is_signed_by(payload, key):
    """Is the signature of a segment or closing by this key (of its algorithm)?"""
    message = signed_bytes(payload, key.thumbprint)
    if key.algorithm == "HMAC-SHA256":
        return hmac.compare_digest(hmac.digest(key.material, message, "sha256")[:16], payload.signature)
    if not is_good_point(payload.signature[:32]):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.material).verify(payload.signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
