"""Random secrets and how they are kept.

Tokens have 256 random bits, so that a plain SHA-256 keeps them safe in the database; passwords need
Argon2 (passwords.py).
"""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """43 characters for use in a header, a cookie or an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What the database keeps of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
