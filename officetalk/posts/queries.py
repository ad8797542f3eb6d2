"""Reading posts: from the ids of a page to what one viewer sees, in one statement (two when not cached).

Every list is a query of `(post_id, cursor)` for one page; `with_state` joins to it what changes all the
time (counts, votes, the viewer's flags, revisions) for the post, for the original of a repost, for what it
quotes and for the authors. What changes only with a revision comes from the process's cache, or for all
that are missing from one further statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from officetalk.accounts.entities import Account, Counts
from officetalk.accounts.queries import (
    account_cache,
    account_columns,
    account_of_row,
    count_columns,
)
from officetalk.accounts.tables import account, block, mute
from officetalk.core.cache import Cache
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.sql import Packed, Statement, p, within
from officetalk.feeds.tables import subscription
from officetalk.filters import rules as filters
from officetalk.filters.entities import Filter, Match
from officetalk.filters.matching import matches
from officetalk.identity.tables import app
from officetalk.posts.entities import App, Attached, Content, Post, Quote, Recognised, Tally, Version
from officetalk.posts.tables import (
    bookmark,
    conversation_mute,
    like,
    pin,
    poll_vote,
    post,
    post_version,
)
from officetalk.posts.visibility import visible_to, wanted_by

_recognised = msgspec.json.Decoder(Recognised)
_attached = msgspec.json.Decoder(Attached)
_numbers = msgspec.json.Decoder(tuple[int, ...])
NOTHING_ATTACHED = Attached()
NOTHING_RECOGNISED = Recognised()


def content_columns(post: Any) -> list[Any]:
    """The columns that `_content_of_row` reads, in its order."""
    c = post.c
    return [
        c.id, c.revision, c.author_id, c.audience, c.audience_of, c.text, c.spoiler, c.sensitive, c.language,
        c.parent_id, c.parent_author_id, c.conversation_id, c.repost_of_id, c.recognised, c.edited_at,
        c.attached, c.quote_of_id, c.quote_state, c.quote_policy,
    ]  # fmt: skip


# State: the post as `p`, the original of a repost as `o`; `x` is what is read: o when there is one.
post_ = post.alias("p")
original = post.alias("o")
_author = account.alias("pa")
_original_author = account.alias("oa")


def quoted_id(post: Any, original: Any) -> Any:
    """What the row, or the original of a repost, quotes: the third column of a page, where its query has
    the posts at hand (else `with_state` looks for it)."""
    return func.coalesce(original.c.quote_of_id, post.c.quote_of_id).label("quote_id")


_QUOTED = 1  # in the column `nested`: the row came in as a quote


def _with_quotes(page: Any) -> Any:
    """The page and below it what its posts quote: columns post_id, cursor, nested."""
    page = page.cte("page")
    quote_id = page.c.get("quote_id")
    source: Any = page
    if quote_id is None:
        quoting, reposted = post.alias("quoting"), post.alias("reposted_quoting")
        source = page.join(quoting, quoting.c.id == page.c.post_id).outerjoin(
            reposted, reposted.c.id == quoting.c.repost_of_id
        )
        quote_id = func.coalesce(reposted.c.quote_of_id, quoting.c.quote_of_id)
    zero, one = literal_column("0", Integer), literal_column(str(_QUOTED), Integer)
    return union_all(
        select(page.c.post_id, page.c.cursor, zero.label("nested")),
        select(quote_id, page.c.cursor, one).select_from(source).where(quote_id.is_not(None)),
    ).subquery("items")


def with_state(page: Any) -> Select:
    """State of the posts of `page`, a query with the columns post_id and cursor (and quote_id), and of what
    they quote as far as the viewer may read it. Parameters: viewer, now (ms), and whatever the page takes.
    The order is the page's; the caller sorts by the cursor. `_Row` names the columns."""
    page = _with_quotes(page)
    shown_id = func.coalesce(original.c.id, post_.c.id)
    viewer = p("viewer")

    def shown(name: str) -> Any:
        return func.coalesce(original.c[name], post_.c[name])

    def marked(table: Any) -> Any:
        return exists(select(table.c.id).where(table.c.account_id == viewer, table.c.post_id == shown_id))

    mine = post.alias("mine")
    follows = exists(
        select(subscription.c.feed_id).where(
            subscription.c.account_id == viewer, subscription.c.feed_id == shown("author_id")
        )
    )
    choices = (
        select(poll_vote.c.choices)
        .where(poll_vote.c.post_id == shown_id, poll_vote.c.account_id == viewer)
        .scalar_subquery()
    )
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
        shown("comments_count"),
        shown("reposts_count"),
        shown("likes_count"),
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
                conversation_mute.c.conversation_id == shown("conversation_id"),
            )
        ),
        shown("quotes_count"),
        shown("tally"),
        case((shown("tally").is_not(None), choices), else_=null()),
        case((shown("quote_policy") == "followers", follows), else_=literal_column("false")),
        page.c.nested,
        case((page.c.nested == _QUOTED, _unwanted(post_.c.author_id)), else_=null()),
        case((page.c.nested == _QUOTED, _deeper(_id)), else_=null()),
        case((page.c.nested == _QUOTED, _deeper(_unwanted_author)), else_=null()),
        *count_columns(_author),
        *count_columns(_original_author),
    ).select_from(
        page.join(
            post_,
            and_(post_.c.id == page.c.post_id, or_(page.c.nested != _QUOTED, visible_to(post_))),
        )
        .join(_author, _author.c.id == post_.c.author_id)
        .outerjoin(original, original.c.id == post_.c.repost_of_id)
        .outerjoin(_original_author, _original_author.c.id == original.c.author_id)
    )


class _Row:
    """Where the columns of `with_state` stand, as far as they are read one by one."""

    QUOTES, TALLY, CHOICES, FOLLOWS, NESTED, UNWANTED, DEEPER, DEEPER_UNWANTED = range(17, 25)
    FLAGS = slice(9, 17)  # counts and flags, in the order of Post
    COUNTS, ORIGINAL_COUNTS = slice(25, 30), slice(30, 35)


_BLOCKED, _MUTED = "blocked_account", "muted_account"


def _unwanted(author_id: Any) -> Any:
    """Why the viewer does not want to meet the author of a quote; null when there is no reason."""
    blocking = exists(
        select(block.c.id).where(block.c.account_id == p("viewer"), block.c.target_id == author_id)
    )
    muting = exists(
        select(mute.c.id).where(
            mute.c.account_id == p("viewer"),
            mute.c.target_id == author_id,
            or_(mute.c.expires_at.is_(None), mute.c.expires_at > p("now")),
        )
    )
    return case((blocking, _BLOCKED), (muting, _MUTED), else_=null())


def _id(post: Any) -> Any:
    return post.c.id


def _unwanted_author(post: Any) -> Any:
    return _unwanted(post.c.author_id)


def _deeper(what: Callable[[Any], Any]) -> Any:
    """What is asked of the post that a quoted post quotes itself, if the viewer may read that."""
    deeper = post.alias("deeper")
    readable = and_(deeper.c.id == post_.c.quote_of_id, visible_to(deeper))
    return select(what(deeper)).where(readable).scalar_subquery()


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
    return Packed(
        select(*content_columns(post), app.c.name, app.c.website, *account_columns(account)).select_from(
            rows.outerjoin(account, account.c.id == account_id)
            .outerjoin(post, post.c.id == post_id)
            .outerjoin(app, app.c.id == post.c.app_id)
        )
    )


_MISSING = {dialect: _missing(dialect) for dialect in ("sqlite", "postgresql")}
# The same where all authors are known, as they mostly are: half the columns.
_MISSING_CONTENTS = Packed(
    select(*content_columns(post), app.c.name, app.c.website)
    .select_from(post.outerjoin(app, app.c.id == post.c.app_id))
    .where(within(post.c.id, "posts"))
)


def content_cache(conn: Connection) -> Cache[int, Content]:
    """Contents by post id; an entry holds while its revision is the row's."""
    return conn.cached("content", 50_000)


_CONTENT_WIDTH = 21  # with the name and address of the app


def _content_of_row(row: tuple) -> Content:
    recognised = NOTHING_RECOGNISED if row[13] == "{}" else _recognised.decode(row[13])
    attached = NOTHING_ATTACHED if row[15] == "{}" else _attached.decode(row[15])
    app_name, website = row[19], row[20]
    values: list[Any] = [
        *row[:13],
        App(app_name, website) if app_name else None,
        recognised,
        row[14],
        attached,
        *row[16:19],
    ]
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


def load(conn: Connection, statement: Statement, viewer: int, **values: Any) -> list[Post]:
    """Run a `with_state` statement and give its posts, sorted by cursor, newest first."""
    return assemble(conn, conn.all(statement, viewer=viewer, now=conn.now, **values), viewer)


def size(rows: list[tuple]) -> int:
    """How many rows of `with_state` are the page's own, and not of what it quotes."""
    return sum(not row[_Row.NESTED] for row in rows)


def assemble(conn: Connection, rows: list[tuple], viewer: int) -> list[Post]:
    """Posts from rows of `with_state`: contents and authors from the cache, or in one more statement."""
    contents, accounts = _contents_and_accounts(conn, rows)
    chosen = filters.of(conn, viewer)

    def made(row: tuple, quote: Quote | None) -> Post:
        shown = contents[row[0] if row[5] is None else row[5]]
        filtered = filters_met(chosen, shown, conn.now, row[0]) if chosen else ()
        tally = None if row[_Row.TALLY] is None else _tally(row, shown, conn.now)
        flags = row[_Row.FLAGS]
        more: list[Any] = [row[_Row.QUOTES], tally, quote, bool(row[_Row.FOLLOWS]), filtered, viewer]
        counts = Counts(*row[_Row.COUNTS])
        if row[5] is None:
            values: list[Any] = [shown, accounts[row[3]], counts, *flags, None, row[1], *more]
            return Post(*values)
        original_counts = Counts(*row[_Row.ORIGINAL_COUNTS])
        inner: list[Any] = [shown, accounts[row[7]], original_counts, *flags, None, row[1], *more]
        more[1:4] = None, None, False  # what hangs on the original is the original's
        values = [contents[row[0]], accounts[row[3]], counts, *flags, Post(*inner), row[1], *more]
        return Post(*values)

    quoted = {row[0]: row for row in rows if row[_Row.NESTED]}
    posts = []
    for row in rows:
        if not row[_Row.NESTED]:
            shown = contents[row[0] if row[5] is None else row[5]]
            posts.append(made(row, _quote(shown, quoted, contents, made) if shown.quote_state else None))
    posts.sort(key=_by_cursor, reverse=True)
    return posts


def _quote(
    quoting: Content, rows: dict[int, tuple], contents: dict[int, Content], made: Callable[..., Post]
) -> Quote:
    """What a post quotes, from the rows that came in for it; one more level down only by id."""
    if quoting.quote_state != "accepted" or quoting.quote_of_id is None:
        return Quote(quoting.quote_state)
    row = rows.get(quoting.quote_of_id)
    if row is None:
        return Quote("unauthorized")
    own = contents[row[0]]
    below = None
    if own.quote_state == "accepted":
        deeper, unwanted = row[_Row.DEEPER], row[_Row.DEEPER_UNWANTED]
        below = Quote("unauthorized" if deeper is None else unwanted or "accepted", None, deeper)
    elif own.quote_state:
        below = Quote(own.quote_state)
    return Quote(row[_Row.UNWANTED] or "accepted", made(row, below), quoting.quote_of_id)


def _tally(row: tuple, content: Content, now: int) -> Tally | None:
    voters, *votes = _numbers.decode(row[_Row.TALLY])
    own = row[_Row.CHOICES]
    poll = content.attached.poll
    if poll is None:
        return None
    ended = poll.ends_at is not None and poll.ends_at <= now
    if len(votes) != len(poll.options):
        # Its options were changed after the row was read and before the content was: nobody has voted yet.
        return Tally(0, (0,) * len(poll.options), (), ended)
    return Tally(voters, tuple(votes), () if own is None else _numbers.decode(own), ended)


def filters_met(
    chosen: tuple[Filter, ...], content: Content, now: int, repost_id: int = 0
) -> tuple[Match, ...]:
    """The filters that find something in a post, or name it or the repost in which it came. `now` in ms."""
    attached = content.attached
    more = [media.description for media in attached.media]
    if attached.poll is not None:
        more += attached.poll.options
    return matches(chosen, content.text, content.spoiler, (content.id, repost_id), now, more)


def _contents_and_accounts(
    conn: Connection, rows: list[tuple]
) -> tuple[dict[int, Content], dict[int, Account]]:
    content_of, account_of = content_cache(conn).get, account_cache(conn).get
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
    return contents, accounts


def _by_cursor(post: Post) -> int:
    return post.cursor


_BY_IDS = Packed(
    with_state(
        select(post.c.id.label("post_id"), post.c.id.label("cursor"), quoted_id(post, original))
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
        post_version.c.attached,
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
        Version(
            text, spoiler, sensitive, _recognised.decode(recognised), _attached.decode(attached), created_at
        )
        for text, spoiler, sensitive, recognised, attached, created_at in conn.all(_VERSIONS, id=id)
    ]
    versions.append(
        Version(
            content.text,
            content.spoiler,
            content.sensitive,
            content.recognised,
            content.attached,
            content.edited_at or content.created_at,
        )
    )
    return post, versions
