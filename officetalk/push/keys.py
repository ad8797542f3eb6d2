"""The server's own keys for Web Push, made once and the same on all nodes."""

from __future__ import annotations

import base64
import hashlib
import secrets

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from officetalk.company import settings
from officetalk.core.database import Connection

_VAPID = "push_vapid_key"
_SEAL = "push_seal_key"
_SCALAR = 32  # bytes of a private key on P-256


class Keys(msgspec.Struct, frozen=True):
    """`vapid` signs what is sent, so that a push service knows the sender again (RFC 8292); `sealing` encrypts
    the access tokens that subscriptions carry."""

    vapid: ec.EllipticCurvePrivateKey
    sealing: bytes

    @property
    def public(self) -> str:
        """The public key as clients get it: an uncompressed point in base64url, padded as Mastodon's is."""
        return base64.urlsafe_b64encode(point_of(self.vapid.public_key())).decode()


def load_keys(conn: Connection, secret: str = "") -> Keys:
    """The keys, made where there are none yet. `secret` is the setting of that name: what is sealed cannot be
    opened by whoever has the database alone then."""
    scalar = settings.read(conn, _VAPID)
    if scalar is None:
        made = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        scalar = settings.write_once(conn, _VAPID, encode(made.to_bytes(_SCALAR)))
    if not secret:
        secret = settings.read(conn, _SEAL) or settings.write_once(conn, _SEAL, secrets.token_hex(32))
    vapid = ec.derive_private_key(int.from_bytes(decode(scalar)), ec.SECP256R1())
    return Keys(vapid, _derived(secret))


def _derived(secret: str) -> bytes:
    salt = hashlib.sha256(b"officetalk").digest()
    return HKDF(SHA256(), 32, salt, b"access tokens of push subscriptions").derive(secret.encode())


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Either alphabet of base64, padded or not, as clients send it. Raises ValueError."""
    plain = text.strip().rstrip("=").translate(_URL_SAFE)
    return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)


_URL_SAFE = str.maketrans("+/", "-_")
