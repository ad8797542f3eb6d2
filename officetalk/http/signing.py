"""Signed addresses of pictures: apps load pictures without their token, so the address itself must show
that it was given to somebody who is signed in. It cannot be made without the company's key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import parse_qs

PARAMETER = "s"
ATTACHMENTS = "/media/attachments/"  # before the name of a file of a post: nobody gets it without signature


class Signer:
    """`key`: 32 random bytes, kept in the database, the same on all nodes."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, path: str) -> str:
        """The path with its signature: HMAC-SHA-256, 132 bits of it."""
        return f"{path}?{PARAMETER}={self._signature(path)}"

    def is_signed(self, path: str, query: str) -> bool:
        """Whether the query carries this path's signature; compared in constant time."""
        given = parse_qs(query).get(PARAMETER, [""])[0]
        return hmac.compare_digest(given.encode(), self._signature(path).encode())

    def _signature(self, path: str) -> str:
        made = hmac.digest(self._key, path.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(made)[:22].decode()
