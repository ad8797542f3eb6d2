"""The server's own keys for Web Push, made once and the same on all nodes."""

from __future__ import annotations

import base64
import hashlib
import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from officetalk.company import settings
from officetalk.core.database import Connection
from officetalk.core.lazily import lazily

if TYPE_CHECKING:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.kdf import hkdf
else:
    ec = lazily("cryptography.hazmat.primitives.asymmetric.ec")
    hashes = lazily("cryptography.hazmat.primitives.hashes")
    hkdf = lazily("cryptography.hazmat.primitives.kdf.hkdf")
    serialization = lazily("cryptography.hazmat.primitives.serialization")

_VAPID = "push_vapid_key"
_SEAL = "push_seal_key"
_SCALAR = 32  # bytes of a private key on P-256


class Keys:
    """What the keys are made of; each is made when it is first asked for. `scalar`: the private key on P-256;
    `secret`: what the key of the access tokens is derived from."""

    def __init__(self, scalar: bytes, secret: str) -> None:
        self._scalar = scalar
        self._secret = secret

    @cached_property
    def vapid(self) -> ec.EllipticCurvePrivateKey:
        """Signs what is sent, so that a push service knows the sender again (RFC 8292)."""
        return ec.derive_private_key(int.from_bytes(self._scalar), ec.SECP256R1())

    @cached_property
    def public(self) -> str:
        """The public key as clients get it: an uncompressed point in base64url, padded as Mastodon's is."""
        return base64.urlsafe_b64encode(point_of(self.vapid.public_key())).decode()

    @cached_property
    def sealing(self) -> bytes:
        """Encrypts the access tokens that subscriptions carry."""
        salt = hashlib.sha256(b"officetalk").digest()
        derivation = hkdf.HKDF(hashes.SHA256(), 32, salt, b"access tokens of push subscriptions")
        return derivation.derive(self._secret.encode())


def load_keys(conn: Connection, secret: str = "") -> Keys:
    """The keys, made where there are none yet. `secret` is the setting of that name: what is sealed cannot be
    opened by whoever has the database alone then."""
    scalar = settings.read(conn, _VAPID)
    if scalar is None:
        made = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        scalar = settings.write_once(conn, _VAPID, encode(made.to_bytes(_SCALAR)))
    if not secret:
        secret = settings.read(conn, _SEAL) or settings.write_once(conn, _SEAL, secrets.token_hex(32))
    return Keys(decode(scalar), secret)


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as 65 bytes."""
    encoding, form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    return key.public_bytes(encoding, form)


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Either alphabet of base64, padded or not, as clients send it. Raises ValueError."""
    plain = text.strip().rstrip("=").translate(_URL_SAFE)
    return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)


_URL_SAFE = str.maketrans("+/", "-_")
