"""What push messages say, in the spoken language (see core/translation.py). The same words as on the page of
notifications, for one person."""

from __future__ import annotations

from officetalk.core.translation import _, ngettext
from officetalk.notifications.entities import Kind

MAX_BODY = 140  # characters, as Mastodon: phones show no more, and relays to Apple's service take little


def title(kind: Kind, name: str, *, own: bool = False) -> str:
    """The first line of a message; `own`: it is about a post of the receiver's."""
    match kind:
        case "mention":
            text = _("%(who)s mentioned you")
        case "status":
            text = _("%(who)s posted")
        case "reblog":
            text = ngettext("%(who)s reposted your post", "%(who)s reposted your post", 1, who="%(who)s")
        case "favourite":
            text = ngettext("%(who)s liked your post", "%(who)s liked your post", 1, who="%(who)s")
        case "follow":
            text = ngettext("%(who)s follows you", "%(who)s follow you", 1, who="%(who)s")
        case "follow_request":
            text = _("%(who)s asks to follow you")
        case "poll":
            text = _("Your poll has ended") if own else _("A poll that you voted in has ended")
        case "update":
            text = _("%(who)s edited a post that you reposted")
        case "quote":
            text = _("%(who)s quoted your post")
        case "quoted_update":
            text = _("%(who)s edited a post that you quoted")
        case "admin.sign_up":
            text = ngettext("%(who)s joined", "%(who)s joined", 1, who="%(who)s")
        case "admin.report":
            text = _("%(who)s reported something")
        case _other:
            text = _("Something new from %(who)s")
    return text % {"who": name}


def body(text: str, limit: int = MAX_BODY) -> str:
    """The rest of it, cut with an ellipsis."""
    words = " ".join(text.split())
    return words if len(words) <= limit else words[: max(0, limit - 1)].rstrip() + "…"
