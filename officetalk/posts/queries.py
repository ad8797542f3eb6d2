"""Reading posts: from the ids of a page to what one viewer sees, in one statement (two when not cached).

Every list is a query of `(post_id, cursor)` for one page; `with_state` joins to it what changes all the
time (counts, the viewer's flags, revisions) for the post, for the original of a repost and for the
authors. What changes only with a revision comes from the process's cache, or for all that are missing
from one further statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import JSON, BigInteger, Select, String, and_, cast, exists, func, literal_column, or_, select

from officetalk.accounts.entities import Account, Counts
from officetalk.accounts.queries import (
    account_cache,
    account_columns,
    account_of_row,
    count_columns,
)
from officetalk.accounts.tables import account
from officetalk.core.cache import Cache
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.sql import Packed, Statement, p, within
from officetalk.identity.tables import app
from officetalk.posts.entities import App, Content, Post, Recognised, Version
from officetalk.posts.tables import bookmark, conversation_mute, like, pin, post, post_version
from officetalk.posts.visibility import visible_to, wanted_by

_recognised = msgspec.json.Decoder(Recognised)
NOTHING_RECOGNISED = Recognised()


def content_columns(post: Any) -> list[Any]:
    """The columns that `_content_of_row` reads, in its order."""
    c = post.c
    return [
        c.id, c.revision, c.author_id, c.audience, c.audience_of, c.text, c.spoiler, c.sensitive, c.language,
        c.parent_id, c.parent_author_id, c.conversation_id, c.repost_of_id, c.recognised, c.edited_at,
    ]  # fmt: skip


# State: the post as `p`, the original of a repost as `o`; `x` is what is read: o when there is one.
post_ = post.alias("p")
original = post.alias("o")
_author = account.alias("pa")
_original_author = account.alias("oa")


def with_state(page: Any) -> Select:
    """State of the posts of `page`, a query with the columns post_id and cursor. Parameters: viewer, and
    whatever the page takes. The order is the page's; the caller sorts by the cursor."""
    page = page.subquery("page")
    shown_id = func.coalesce(original.c.id, post_.c.id)
    viewer = p("viewer")

    def marked(table: Any) -> Any:
        return exists(select(table.c.id).where(table.c.account_id == viewer, table.c.post_id == shown_id))

    mine = post.alias("mine")
    return select(
        page.c.post_id,
        page.c.cursor,
        post_.c.revision,
        post_.c.author_id,
        _author.c.revision,
        original.c.id,
        original.c.revision,
        original.c.author_id,
        _original_author.c.revision,
        func.coalesce(original.c.comments_count, post_.c.comments_count),
        func.coalesce(original.c.reposts_count, post_.c.reposts_count),
        func.coalesce(original.c.likes_count, post_.c.likes_count),
        marked(like),
        exists(
            select(mine.c.id).where(
                mine.c.author_id == viewer, mine.c.repost_of_id == shown_id, mine.c.deleted_at.is_(None)
            )
        ),
        marked(bookmark),
        marked(pin),
        exists(
            select(conversation_mute.c.account_id).where(
                conversation_mute.c.account_id == viewer,
                conversation_mute.c.conversation_id
                == func.coalesce(original.c.conversation_id, post_.c.conversation_id),
            )
        ),
        *count_columns(_author),
        *count_columns(_original_author),
    ).select_from(
        page.join(post_, post_.c.id == page.c.post_id)
        .join(_author, _author.c.id == post_.c.author_id)
        .outerjoin(original, original.c.id == post_.c.repost_of_id)
        .outerjoin(_original_author, _original_author.c.id == original.c.author_id)
    )


def visible_item(post: Any, original: Any, viewer: Any = None) -> Any:
    """Whether the viewer may read a row that may be a repost: both it and its original."""
    return and_(visible_to(post, viewer), or_(post.c.repost_of_id.is_(None), visible_to(original, viewer)))


def wanted_item(post: Any, original: Any, viewer: Any = None) -> Any:
    """Whether the viewer wants to meet the author, and the author of what is reposted."""
    return and_(
        wanted_by(post.c.author_id, viewer),
        or_(post.c.repost_of_id.is_(None), wanted_by(original.c.author_id, viewer)),
    )


def _missing(dialect: str) -> Statement:
    """Accounts and contents for a parameter `pairs`, JSON of [[account id or null, post id or null], …]."""
    pairs = p("pairs", String)
    if dialect == "sqlite":
        rows = func.json_each(pairs).table_valued("value")
        account_id, post_id = (func.json_extract(rows.c.value, f"$[{i}]") for i in (0, 1))
    else:
        rows = func.json_array_elements(cast(pairs, JSON)).table_valued("value", name="pairs")
        account_id, post_id = (cast(literal_column(f"pairs.value->>{i}"), BigInteger) for i in (0, 1))
    return Statement(
        select(*content_columns(post), app.c.name, app.c.website, *account_columns(account)).select_from(
            rows.outerjoin(account, account.c.id == account_id)
            .outerjoin(post, post.c.id == post_id)
            .outerjoin(app, app.c.id == post.c.app_id)
        )
    )


_MISSING = {dialect: _missing(dialect) for dialect in ("sqlite", "postgresql")}
# The same where all authors are known, as they mostly are: half the columns.
_MISSING_CONTENTS = Statement(
    select(*content_columns(post), app.c.name, app.c.website)
    .select_from(post.outerjoin(app, app.c.id == post.c.app_id))
    .where(within(post.c.id, "posts"))
)


def content_cache(conn: Connection) -> Cache[int, Content]:
    """Contents by post id; an entry holds while its revision is the row's."""
    return conn.cached("content", 50_000)


_CONTENT_WIDTH = 17  # with the name and address of the app


def _content_of_row(row: tuple) -> Content:
    recognised = NOTHING_RECOGNISED if row[13] == "{}" else _recognised.decode(row[13])
    app_name, website = row[15], row[16]
    values: list[Any] = [*row[:13], App(app_name, website) if app_name else None, recognised, row[14]]
    return Content(*values)


def _fetch_missing(
    conn: Connection, pairs: list[tuple[int | None, int | None]]
) -> tuple[list[Content], list[Account]]:
    """Contents and accounts by [(account id or None, post id or None), …], which the caches hold from now on."""
    cache = content_cache(conn)
    contents, people = [], []
    if all(account_id is None for account_id, _ in pairs):
        rows = conn.all(_MISSING_CONTENTS, posts=[post_id for _, post_id in pairs])
    else:
        rows = conn.all(_MISSING[conn.dialect], pairs=msgspec.json.encode(pairs).decode())
    for row in rows:
        if row[0] is not None:
            content = _content_of_row(row)
            cache.put(content.id, content)
            contents.append(content)
        if len(row) > _CONTENT_WIDTH and row[_CONTENT_WIDTH] is not None:
            people.append(account_of_row(conn, row[_CONTENT_WIDTH:]))
    return contents, people


def load(conn: Connection, statement: Statement, **values: Any) -> list[Post]:
    """Run a `with_state` statement and give its posts, sorted by cursor, newest first."""
    rows = conn.all(statement, **values)
    return assemble(conn, rows)


def assemble(conn: Connection, rows: list[tuple]) -> list[Post]:
    """Posts from rows of `with_state`: contents and authors from the cache, or in one more statement."""
    content_of, account_of = content_cache(conn).get, account_cache(conn).get
    # What is found is held here: the cache may drop it, or another reader put another revision there.
    contents: dict[int, Content] = {}
    accounts: dict[int, Account] = {}
    missing: list[tuple[int | None, int | None]] = []
    for row in rows:
        for post_id, revision, author_id, author_revision in (row[0:1] + row[2:5], row[5:9]):
            if post_id is None:
                continue
            content, person = content_of(post_id), account_of(author_id)
            known = False
            if person is not None and person.revision == author_revision:
                known = True
                accounts[author_id] = person
            if content is not None and content.revision == revision:
                contents[post_id] = content
                if not known:
                    missing.append((author_id, None))
            else:
                missing.append((None if known else author_id, post_id))
    if missing:
        fetched, people = _fetch_missing(conn, missing)
        contents.update((content.id, content) for content in fetched)
        accounts.update((person.id, person) for person in people)
    posts = []
    for row in rows:
        reposted = None
        if row[5] is not None:
            inner: list[Any] = [
                contents[row[5]],
                accounts[row[7]],
                Counts(*row[22:27]),
                *row[9:17],
                None,
                row[1],
            ]
            reposted = Post(*inner)
        values: list[Any] = [
            contents[row[0]],
            accounts[row[3]],
            Counts(*row[17:22]),
            *row[9:17],
            reposted,
            row[1],
        ]
        posts.append(Post(*values))
    posts.sort(key=_by_cursor, reverse=True)
    return posts


def _by_cursor(post: Post) -> int:
    return post.cursor


_BY_IDS = Packed(
    with_state(
        select(post.c.id.label("post_id"), post.c.id.label("cursor"))
        .select_from(post.outerjoin(original, original.c.id == post.c.repost_of_id))
        .where(within(post.c.id, "ids"), visible_item(post, original))
    )
)


def by_ids(conn: Connection, viewer: int, ids: Iterable[int]) -> list[Post]:
    """Posts that `viewer` may read, in the order of `ids`; the others are left out."""
    ids = list(ids)
    found = {post.id: post for post in load(conn, _BY_IDS, viewer=viewer, ids=ids)}
    return [found[id] for id in ids if id in found]


def get(conn: Connection, viewer: int, id: int) -> Post:
    """One post. NotFound when it is not there or not for `viewer`."""
    found = by_ids(conn, viewer, [id])
    if not found:
        raise NotFound
    return found[0]


def content_of(conn: Connection, id: int) -> Content:
    """The content of a post without asking who reads it: for verbs that keep things in order, never for
    an answer. NotFound."""
    found, _ = _fetch_missing(conn, [(None, id)])
    if not found:
        raise NotFound
    return found[0]


_VERSIONS = Statement(
    select(
        post_version.c.text,
        post_version.c.spoiler,
        post_version.c.sensitive,
        post_version.c.recognised,
        post_version.c.created_at,
    )
    .where(post_version.c.post_id == p("id"))
    .order_by(post_version.c.revision)
)


def history(conn: Connection, viewer: int, id: int) -> tuple[Post, list[Version]]:
    """The post and all its versions, oldest first, today's last. NotFound as `get`."""
    post = get(conn, viewer, id)
    content = post.content
    versions = [
        Version(text, spoiler, sensitive, _recognised.decode(recognised), created_at)
        for text, spoiler, sensitive, recognised, created_at in conn.all(_VERSIONS, id=id)
    ]
    versions.append(
        Version(
            content.text,
            content.spoiler,
            content.sensitive,
            content.recognised,
            content.edited_at or content.created_at,
        )
    )
    return post, versions
