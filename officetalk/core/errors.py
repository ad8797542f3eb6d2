"""What can go wrong, with the field and the rule. The edges turn these into answers.

A rule is English, with %(name)s where a value of it stands: the API tells it as it is, the web app in the
reader's language (translation.py), so it is never put together from pieces.
"""

from __future__ import annotations

from typing import Any

from officetalk.core.translation import _


class Problem(Exception):
    """Something the caller asked for cannot be done. `rule` is a sentence for a person."""

    status = 500

    def __init__(self, rule: str, field: str | None = None, **values: Any) -> None:
        self.text, self.values = rule, values
        self.rule = rule % values if values else rule
        super().__init__(self.rule)
        self.field = field

    def spoken(self) -> str:
        """The rule in the spoken language."""
        return _(self.text, **self.values)


class Invalid(Problem):
    """A value breaks a rule: 422. `field` names it, `code` is Mastodon's ERR_… where it has one. With `whole`
    the rule is a sentence of its own ("Cannot attach more than 4 files") and is told as it is."""

    status = 422

    def __init__(
        self,
        field: str | None,
        rule: str,
        code: str = "ERR_INVALID",
        *,
        whole: bool = False,
        **values: Any,
    ) -> None:
        super().__init__(rule, field, **values)
        self.code = code
        self.whole = whole


class Malformed(Problem):
    """The request cannot be read at all (a missing parameter, broken JSON): 400."""

    status = 400


class Unauthorized(Problem):
    """Nobody is signed in, or the token or password is wrong: 401."""

    status = 401

    def __init__(
        self, rule: str = "The access token is invalid", field: str | None = None, **values: Any
    ) -> None:
        super().__init__(rule, field, **values)


class Forbidden(Problem):
    """The one who asks may not do this: 403."""

    status = 403

    def __init__(
        self, rule: str = "This action is not allowed", field: str | None = None, **values: Any
    ) -> None:
        super().__init__(rule, field, **values)


class NotFound(Problem):
    """It is not there, or not for this reader, which must look the same: 404."""

    status = 404

    def __init__(self, rule: str = "Record not found", field: str | None = None, **values: Any) -> None:
        super().__init__(rule, field, **values)


class Conflict(Problem):
    """Somebody else changed it in between: 409."""

    status = 409


class TooLarge(Problem):
    """The body is larger than allowed: 413."""

    status = 413


class TooMany(Problem):
    """Too many requests: 429. `retry_after` in seconds."""

    status = 429

    def __init__(self, rule: str = "Too many requests", retry_after: int = 60) -> None:
        super().__init__(rule)
        self.retry_after = retry_after


class Unavailable(Problem):
    """The server is starting, stopping or over its capacity: 503."""

    status = 503
