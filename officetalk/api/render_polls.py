"""Polls and quotes as the API says them: the part of a post that differs from reader to reader."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.accounts.entities import QuotePolicy
from officetalk.api.times import timestamp
from officetalk.posts.entities import Poll, Post, Tally

_encode = msgspec.json.Encoder().encode


def poll(id: int, poll: Poll, tally: Tally, *, own: bool, emojis: list[dict[str, Any]]) -> dict[str, Any]:
    """A Poll. `own`: the viewer asked it, which counts as having voted. Until it has ended, the
    totals of a poll that hides them are null."""
    hidden = poll.hide_totals and not tally.ended
    return {
        "id": str(id),
        "expires_at": None if poll.ends_at is None else timestamp(poll.ends_at),
        "expired": tally.ended,
        "multiple": poll.multiple,
        "votes_count": sum(tally.votes),
        "voters_count": tally.voters if poll.multiple else None,
        "options": [
            {"title": title, "votes_count": None if hidden else votes}
            for title, votes in zip(poll.options, tally.votes, strict=True)
        ],
        "emojis": emojis,
        "voted": own or bool(tally.own),
        "own_votes": list(tally.own),
    }


def _approval(policy: QuotePolicy, current_user: str) -> bytes:
    automatic = [] if policy == "nobody" else [policy]
    return _encode({"automatic": automatic, "manual": [], "current_user": current_user})


_APPROVAL: dict[tuple[QuotePolicy, bool], bytes] = {
    (policy, may): _approval(policy, "automatic" if may else "denied")
    for policy in ("public", "followers", "nobody")
    for may in (False, True)
}


def quote_approval(post: Post) -> bytes:
    """A QuoteApproval: who may quote a post, and whether the viewer may."""
    content, viewer = post.content, post.viewer_id
    policy = content.quote_policy
    if content.author_id == viewer:
        may = content.audience != "direct" and content.audience_of == viewer
    else:
        may = policy == "public" or (policy == "followers" and post.follows)
    return _APPROVAL[policy, may]


def shallow_quote(post: Post) -> bytes:
    """A ShallowQuote: of a post that stands in a quote itself, only what it quotes."""
    quote = post.quote
    if quote is None:
        return b"null"
    return _encode({"state": quote.state, "quoted_status_id": None if quote.id is None else str(quote.id)})
