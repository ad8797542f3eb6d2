"""Access tokens within push subscriptions: encrypted, since a push message carries the token in clear.

Everywhere else a token is kept as its hash. But Mastodon's push messages contain the subscriber's token, and
apps find by it for which of their accounts a message is; so it must be readable when a message is made. It is
encrypted (AES-256-GCM) with a key that is not the database's where OFFICETALK_SECRET is set, bound to the
token's row, so that it cannot be moved to another, and gone with the subscription.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from officetalk.core.lazily import lazily
from officetalk.push.keys import Keys, decode, encode

if TYPE_CHECKING:
    from cryptography import exceptions
    from cryptography.hazmat.primitives.ciphers import aead
else:
    aead = lazily("cryptography.hazmat.primitives.ciphers.aead")
    exceptions = lazily("cryptography.exceptions")

_NONCE = 12  # bytes


def seal(keys: Keys, token: str, token_id: int) -> str:
    """What the database keeps of a token."""
    nonce = secrets.token_bytes(_NONCE)
    return encode(nonce + aead.AESGCM(keys.sealing).encrypt(nonce, token.encode(), b"%d" % token_id))


def unseal(keys: Keys, sealed: str, token_id: int) -> str | None:
    """The token again; None when it was sealed with another key, or for another token."""
    try:
        data = decode(sealed)
        return aead.AESGCM(keys.sealing).decrypt(data[:_NONCE], data[_NONCE:], b"%d" % token_id).decode()
    except (exceptions.InvalidTag, ValueError):
        return None
