"""Problems as Mastodon's clients know them: `{"error": "…"}`, with details of the field where there is one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import msgspec

from officetalk.core.errors import Invalid, Malformed, Problem, TooMany, Unauthorized

log = logging.getLogger(__name__)


class OAuthProblem(Problem):
    """An error of RFC 6749, section 5.2: `code` such as invalid_grant."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.code = code
        self.status = status


class NeedsPerson(Problem):
    """The method is for a person, and nobody is signed in (401) or only an app is (422)."""

    def __init__(self, status: int) -> None:
        super().__init__("This method requires an authenticated user")
        self.status = status


class SeveralInvalid(Problem):
    """Several values break rules, and all of it is told at once."""

    status = 422

    def __init__(self, problems: Sequence[Invalid]) -> None:
        super().__init__("Validation failed")
        self.problems = problems


Headers = list[tuple[bytes, bytes]]


def answer(problem: BaseException, request_id: str, *, oauth: bool) -> tuple[int, bytes, Headers]:
    """Status, body and headers for what went wrong. What nobody foresaw is logged, and told by its
    request id only."""
    if not isinstance(problem, Problem):
        log.error("request %s failed", request_id, exc_info=problem)
        return 500, _encode({"error": "Something went wrong on the server", "request_id": request_id}), []
    headers: Headers = []
    if isinstance(problem, TooMany):
        headers.append((b"retry-after", b"%d" % problem.retry_after))
    if problem.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="OfficeTalk", error="invalid_token"'))
    if isinstance(problem, OAuthProblem):
        return problem.status, _encode({"error": problem.code, "error_description": problem.rule}), headers
    if oauth and isinstance(problem, (Invalid, Malformed)):
        field = f"{problem.field} " if isinstance(problem, Invalid) and problem.field else ""
        return 400, _encode({"error": "invalid_request", "error_description": field + problem.rule}), headers
    if isinstance(problem, Invalid):
        return 422, _encode(_invalid(problem)), headers
    if isinstance(problem, SeveralInvalid):
        return 422, _encode(_several(problem.problems)), headers
    if isinstance(problem, Unauthorized):
        return 401, _encode({"error": problem.rule}), headers
    return problem.status, _encode({"error": problem.rule}), headers


def _invalid(problem: Invalid) -> dict[str, Any]:
    field = problem.field
    if field is None:
        return {"error": problem.rule if problem.whole else f"Validation failed: {problem.rule}"}
    # Rails' humanize: "in_reply_to_id" is "In reply to".
    name = field.removesuffix("_id").replace("_", " ").capitalize()
    return {
        "error": problem.rule if problem.whole else f"Validation failed: {name} {problem.rule}",
        "details": {field: [{"error": problem.code, "description": problem.rule}]},
    }


def _several(problems: Sequence[Invalid]) -> dict[str, Any]:
    """As one, with all rules in one sentence and all details by field."""
    told = [_invalid(problem) for problem in problems]
    details: dict[str, list[Any]] = {}
    for one in told:
        for field, found in one.get("details", {}).items():
            details[field] = details.get(field, []) + found
    rules = ", ".join(one["error"].removeprefix("Validation failed: ") for one in told)
    return {"error": f"Validation failed: {rules}", "details": details}


_encode = msgspec.json.Encoder().encode
