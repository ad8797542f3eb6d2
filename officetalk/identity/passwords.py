"""Passwords: Argon2id with the parameters that OWASP's password storage cheat sheet recommends
(19 MiB, 2 passes, 1 lane: about 15 ms). Slow by design: call these outside of write functions."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from officetalk.core.errors import Invalid

MIN_LENGTH = 8
MAX_LENGTH = 256

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
# The first that are tried; an attacker has ten tries (see http/limits.py), so a short list goes far.
_COMMON = frozenset(
    """12345678 123456789 1234567890 password password1 password12 password123 passw0rd p@ssword p@ssw0rd
    qwertyui qwerty123 qwertyuiop 1q2w3e4r 1q2w3e4r5t iloveyou sunshine princess football baseball superman
    trustno1 welcome1 welcome123 letmein1 admin123 administrator changeme changeit secret123 office123
    officetalk 11111111 00000000 88888888 12341234 abcd1234 abc12345 asdfghjk asdf1234 zaq12wsx
    michael1 jennifer computer internet starwars whatever dragon123 monkey123 master123 shadow123
    summer2024 summer2025 summer2026 winter2024 winter2025 winter2026 spring2025 spring2026 autumn2026""".split()
)


def check_password_rules(password: str, username: str, email: str) -> None:
    """Raises Invalid (password) with the rule: 8 to 256 characters, not the name, not a common one
    (NIST SP 800-63B asks for no more)."""
    if len(password) < MIN_LENGTH:
        raise Invalid(
            "password", "is too short (minimum is %(count)s characters)", "ERR_TOO_SHORT", count=MIN_LENGTH
        )
    if len(password) > MAX_LENGTH:
        raise Invalid(
            "password", "is too long (maximum is %(count)s characters)", "ERR_TOO_LONG", count=MAX_LENGTH
        )
    folded = password.casefold()
    own = {username.casefold(), email.casefold(), email.casefold().split("@")[0]}
    if folded in own:
        raise Invalid("password", "must not be the name or the mail address")
    if folded in _COMMON or len(set(folded)) < 3:
        raise Invalid("password", "is one of the most common ones")


def _bytes(password: str) -> bytes:
    """NFKC, as NIST SP 800-63B (5.1.1.2) has it: one keyboard sends é as one character, another as two."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def hash_password(password: str) -> str:
    """The Argon2id hash, with its salt and parameters."""
    return _hasher.hash(_bytes(password))


def verify(hashed: str, password: str) -> bool:
    """Whether the password is right."""
    try:
        return _hasher.verify(hashed, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


# Compared with when there is no such account, so that the answer takes as long.
NOBODYS = hash_password("nobody has this password")
