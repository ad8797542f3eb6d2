"""A notification as a push message: Mastodon's payload, encrypted for its receiver and signed for its push
service. Pure but for randomness and the time that is passed in.

Sources: RFC 8030 (Web Push), RFC 8291 and RFC 8188 (encryption), RFC 8292 (VAPID); for what is not `standard`
draft-ietf-webpush-encryption-04 and draft-ietf-webpush-vapid-01, as Mastodon sends them.
"""

from __future__ import annotations

import secrets
import threading
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from officetalk.core.lazily import lazily
from officetalk.core.settings import Settings
from officetalk.notifications.entities import Kind
from officetalk.push import wording
from officetalk.push.entities import Receiver
from officetalk.push.keys import Keys, decode, encode, point_of

if TYPE_CHECKING:
    import http_ece
    import jwt
    from cryptography.hazmat.primitives.asymmetric import ec
else:
    ec = lazily("cryptography.hazmat.primitives.asymmetric.ec")
    http_ece = lazily("http_ece")
    jwt = lazily("jwt")

TTL_SECONDS = 48 * 3600  # as Mastodon; after that nobody wants to know
# Push services take 4096 bytes of body. aes128gcm adds 86 of header, 16 of tag and 1 of padding; of aesgcm
# old receivers expect some room.
MAX_STANDARD = 4096 - 86 - 17
MAX_DRAFT = 3900
_SIGNED_FOR = 12 * 3600  # seconds; 24 hours are the most (RFC 8292, section 2)
_SIGNED_AGAIN = 3600  # seconds before the end
_SIGNATURES = 500  # push services that are remembered


class Payload(msgspec.Struct, frozen=True):
    """What the receiver decrypts: Mastodon's Web::NotificationSerializer. `notification_id` is a number there,
    and Swift's decoders insist."""

    access_token: str
    preferred_locale: str
    notification_id: int
    notification_type: Kind
    icon: str
    title: str
    body: str


class Message(msgspec.Struct, frozen=True):
    """A request to a push service."""

    endpoint: str
    headers: dict[str, str]
    body: bytes


def contact_of(settings: Settings) -> str:
    """Whom a push service can turn to (RFC 8292, section 2.1): the sender of mails, else this server."""
    address = parseaddr(settings.mail_from)[1]
    if "@" in address:
        return f"mailto:{address}"
    if settings.secure:
        return settings.origin
    return f"mailto:postmaster@{settings.domain.partition(':')[0]}"


class Signer:
    """Signs for push services; a signature serves for hours. Safe to use from several threads."""

    def __init__(self, keys: Keys, contact: str) -> None:
        self._keys = keys
        self._contact = contact
        self._made: dict[str, tuple[int, str]] = {}
        self._lock = threading.Lock()

    @property
    def public(self) -> str:
        """The public key, as the headers want it."""
        return self._keys.public.rstrip("=")

    def token(self, endpoint: str, now: int) -> str:
        """The JWT for the push service of an address; `now` in seconds."""
        parts = urlsplit(endpoint)
        audience = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            until, token = self._made.get(audience, (0, ""))
            if until - _SIGNED_AGAIN <= now or until > now + _SIGNED_FOR:
                until = now + _SIGNED_FOR
                claims = {"aud": audience, "exp": until, "sub": self._contact}
                token = jwt.encode(claims, self._keys.vapid, algorithm="ES256")
                if len(self._made) >= _SIGNATURES:
                    self._made.clear()
                self._made[audience] = until, token
            return token


def compose(payload: Payload, receiver: Receiver, signer: Signer, now: int) -> Message:
    """The message for a receiver; `now` in seconds. Takes half a millisecond: not in a write function."""
    plain = _fitted(payload, MAX_STANDARD if receiver.standard else MAX_DRAFT)
    own = ec.generate_private_key(ec.SECP256R1())
    point, auth = decode(receiver.p256dh), decode(receiver.auth)
    token = signer.token(receiver.endpoint, now)
    headers = {
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL_SECONDS),
        "Urgency": "normal",
        "Topic": _topic(payload.notification_id),
    }
    if receiver.standard:
        headers["Content-Encoding"] = "aes128gcm"
        headers["Authorization"] = f"vapid t={token},k={signer.public}"
        body = http_ece.encrypt(plain, private_key=own, dh=point, auth_secret=auth, version="aes128gcm")
        return Message(receiver.endpoint, headers, body)
    salt = secrets.token_bytes(16)
    headers["Content-Encoding"] = "aesgcm"
    headers["Encryption"] = f"salt={encode(salt)}"
    headers["Crypto-Key"] = f"dh={encode(point_of(own.public_key()))};p256ecdsa={signer.public}"
    headers["Authorization"] = f"WebPush {token}"
    body = http_ece.encrypt(plain, salt, private_key=own, dh=point, auth_secret=auth, version="aesgcm")
    return Message(receiver.endpoint, headers, body)


def _topic(notification_id: int) -> str:
    """Of two messages of one topic a push service delivers the later (RFC 8030, section 5.4): what is sent
    twice, since an answer was lost, rings once."""
    return encode(notification_id.to_bytes(8))


def _fitted(payload: Payload, limit: int) -> bytes:
    """The payload as JSON of at most `limit` bytes: what is too long is cut, the body first."""
    data = msgspec.json.encode(payload)
    for field in ("body", "title", "icon"):
        while len(data) > limit and (text := getattr(payload, field)):
            # JSON spends six bytes on a character at the most: this takes none too many, and then the rest.
            keep = len(text) - max(1, (len(data) - limit) // 6)
            cut = "" if field == "icon" else wording.body(text, keep)
            payload = msgspec.structs.replace(payload, **{field: cut if len(cut) < len(text) else ""})
            data = msgspec.json.encode(payload)
    return data
