"""A small language for links: `links.make(ada, "payroll", "https://pay.example/")`."""

from __future__ import annotations

from collections import Counter

from officetalk.core.database import Connection, Database
from officetalk.core.ids import now_ms
from officetalk.golinks import change, counting, finding, queries
from officetalk.golinks.entities import GoLink, LinkDraft
from tests.people import Human

ORIGIN = "http://talk.test"


class Links:
    """What people do with links."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def make(
        self, who: Human, name: str, target: str = "https://example.com/", description: str = ""
    ) -> GoLink:
        return self.db.write_now(change.make, who.id, LinkDraft(name, target, description), ORIGIN)

    def change(
        self,
        who: Human,
        link: GoLink,
        name: str | None = None,
        target: str | None = None,
        description: str | None = None,
    ) -> GoLink:
        draft = LinkDraft(name or link.name, target or link.target, description or link.description)
        return self.db.write_now(change.change, who.id, link.id, draft, ORIGIN)

    def hand_over(self, who: Human, link: GoLink, to: str) -> GoLink:
        def hand_over(conn: Connection) -> GoLink:
            return change.hand_over(conn, who.id, link.id, change.colleague(conn, to))

        return self.db.write_now(hand_over)

    def remove(self, who: Human, link: GoLink) -> None:
        self.db.write_now(change.remove, who.id, link.id)

    def restore(self, who: Human, link: GoLink) -> GoLink:
        return self.db.write_now(change.restore, who.id, link.id)

    def follow(self, link: GoLink, times: int = 1, *, days_ago: int = 0) -> None:
        """Count clicks, as after the fact."""
        day = queries.today(now_ms()) - days_ago
        self.db.write_now(counting.add, Counter({(link.id, day): times}))

    def way(self, path: str) -> str:
        return self.db.read_now(queries.way, path).url

    def get(self, link: GoLink) -> GoLink:
        return self.db.read_now(queries.get, link.id)

    def search(self, query: str, **options: int) -> list[str]:
        return [link.name for link in self.db.read_now(finding.search, query, **options)]

    def suggestions(self, name: str) -> list[str]:
        return [link.name for link in self.db.read_now(finding.suggestions, name)]

    def most_used(self, limit: int = 20, offset: int = 0) -> list[tuple[str, int]]:
        found = self.db.read_now(queries.most_used, limit, offset)
        return [(link.name, link.clicks) for link in found]
