"""Phones for tests: they subscribe with keys of their own, and read what reaches their push service.

What they decrypt with is http-ece and pyjwt, called here as the specifications say: nothing of the code that
encrypts is used.
"""

from __future__ import annotations

import base64
import json
import os
from typing import Any
from urllib.parse import urlsplit

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.sites import Received


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class Phone:
    """A subscriber: its endpoint, its keys, and what it reads."""

    def __init__(self, endpoint: str, *, standard: bool = True) -> None:
        self.endpoint = endpoint
        self.standard = standard
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)

    @property
    def p256dh(self) -> str:
        return b64(point(self.key))

    def form(self, *alerts: str, policy: str | None = None) -> dict[str, str]:
        """What an app sends to subscribe."""
        form = {
            "subscription[endpoint]": self.endpoint,
            "subscription[keys][p256dh]": self.p256dh,
            "subscription[keys][auth]": b64(self.auth),
            "subscription[standard]": str(self.standard).lower(),
        }
        form |= {f"data[alerts][{alert}]": "true" for alert in alerts}
        return form if policy is None else {**form, "data[policy]": policy}

    def reads(self, message: Received) -> dict[str, Any]:
        """The payload of a message."""
        headers = message.headers
        if self.standard:
            assert headers["content-encoding"] == "aes128gcm"
            plain = http_ece.decrypt(
                message.body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
            )
        else:
            assert headers["content-encoding"] == "aesgcm"
            salt = dict(part.split("=", 1) for part in headers["encryption"].split(";"))["salt"]
            dh = dict(part.split("=", 1) for part in headers["crypto-key"].split(";"))["dh"]
            plain = http_ece.decrypt(
                message.body,
                salt=unb64(salt),
                private_key=self.key,
                dh=unb64(dh),
                auth_secret=self.auth,
                version="aesgcm",
            )
        return json.loads(plain)

    def signature(self, message: Received) -> tuple[dict[str, Any], str]:
        """The claims of the sender's signature, checked, and the sender's key as it was sent."""
        authorization = message.headers["authorization"]
        if self.standard:
            kind, _, rest = authorization.partition(" ")
            assert kind == "vapid"
            parts = dict(part.strip().split("=", 1) for part in rest.split(","))
            token, key = parts["t"], parts["k"]
        else:
            kind, _, token = authorization.partition(" ")
            assert kind == "WebPush"
            key = dict(p.split("=", 1) for p in message.headers["crypto-key"].split(";"))["p256ecdsa"]
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(key))
        parts_of_url = urlsplit(self.endpoint)
        audience = f"{parts_of_url.scheme}://{parts_of_url.netloc}"
        return jwt.decode(token, public, algorithms=["ES256"], audience=audience), key
