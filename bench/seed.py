"""A company to measure with: many accounts, posts, subscriptions, written in bulk.

The shape is a company's: everybody follows about 150 colleagues, a few people and the tags they use are
popular (a heavy tail), two posts in five are comments, one in twelve is a repost, a few are for followers
only. The same seed gives the same company.
"""

from __future__ import annotations

import random
from typing import Any

import msgspec
from sqlalchemy import insert, text

from officetalk.accounts.tables import account
from officetalk.core.database import Connection, Database
from officetalk.core.sql import Statement, p
from officetalk.feeds.tables import COMPANY_FEED, feed, feed_entry, subscription
from officetalk.identity import passwords
from officetalk.identity.tables import credential
from officetalk.posts.entities import Recognised
from officetalk.posts.tables import hashtag, like, mention, post

WORDS = (
    "probe drift sensor launch invoice review draft meeting customer bracket seal firmware release report "
    "budget travel lunch thanks nightly build dock crew harbour calibration sample backlog sprint contract "
    "audit pilot factory supplier spring rotor cable battery the of for and with is was done ready today"
).split()
FIRST = "Ada Bo Chen Dina Emil Fatou Gita Hugo Ines Jon Kaja Leo Mira Nils Olga Pia Quentin Rosa Sven Tara".split()
LAST = "Aas Berg Costa Dahl Eriksen Fischer Garcia Haug Ito Jansen Kim Lund Moreau Novak Olsen Patel".split()
DEPARTMENTS = "Engineering Sales Support Finance Legal Design Operations Research".split()
HASHTAGS = [f"topic{i}" for i in range(60)]
PASSWORD = "correct horse battery"
_CHUNK = 20_000


def _insert(table: Any, names: list[str]) -> Statement:
    return Statement(insert(table).values({n: p(n, table.c[n].type) for n in names}))


def _write(db: Database, table: Any, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = _insert(table, list(rows[0]))
    for start in range(0, len(rows), _CHUNK):
        db.write_now(lambda conn, part: conn.many(statement, part), rows[start : start + _CHUNK])


def seed(db: Database, accounts: int = 2_000, posts: int = 100_000, follows: int = 150) -> dict[str, Any]:
    """Fill an empty, migrated database. Returns ids by what they are good for."""
    rng = random.Random(2010)
    now = db.clock()
    start = now - 90 * 86_400_000
    people = [(start - 86_400_000 + i * 1000) << 16 for i in range(accounts)]
    names = [f"user{i}" for i in range(accounts)]
    weights = [1 / (i + 5) for i in range(accounts)]  # popularity: a heavy tail

    account_rows, credential_rows = [], []
    hashed = passwords.hash_password(PASSWORD)
    for i, id in enumerate(people):
        account_rows.append(
            {
                "id": id, "username": names[i], "username_key": names[i],
                "display_name": f"{rng.choice(FIRST)} {rng.choice(LAST)}",
                "bio": " ".join(rng.choices(WORDS, k=18)), "job_title": rng.choice(WORDS).title(),
                "department": rng.choice(DEPARTMENTS), "role": "owner" if i == 0 else "member",
            }
        )  # fmt: skip
        credential_rows.append(
            {
                "account_id": id, "email": f"{names[i]}@example.com", "email_key": f"{names[i]}@example.com",
                "password_hash": hashed, "confirmed_at": start,
            }
        )  # fmt: skip
    _write(db, account, account_rows)
    _write(db, credential, credential_rows)

    subscriptions = []
    sequence = start << 16
    for i, id in enumerate(people):
        followed = set(rng.choices(range(accounts), weights, k=follows)) if i != 0 else set()
        followed |= set(rng.sample(range(accounts), min(accounts, follows - len(followed))))
        followed.discard(i)
        for j in followed:
            sequence += 1
            subscriptions.append({"account_id": id, "feed_id": people[j], "id": sequence, "kind": "account"})
        subscriptions.append({"account_id": id, "feed_id": id, "id": sequence, "kind": "self"})

    tags = [(start + i) << 16 | 7 for i in range(len(HASHTAGS))]
    _write(db, hashtag, [{"id": id, "key": n, "name": n} for id, n in zip(tags, HASHTAGS, strict=True)])
    for id in people:
        for j in rng.sample(range(len(tags)), 3):
            sequence += 1
            subscriptions.append({"account_id": id, "feed_id": tags[j], "id": sequence, "kind": "hashtag"})
    _write(db, subscription, subscriptions)

    last: dict[int, int] = {}
    post_rows, entries, mentions, indexed = [], [], [], []
    counts = dict.fromkeys(people, 0)
    authors = rng.choices(range(accounts), weights, k=posts // 2) + rng.choices(
        range(accounts), k=posts - posts // 2
    )
    rng.shuffle(authors)
    recent: list[dict[str, Any]] = []
    for n, i in enumerate(authors):
        author = people[i]
        id = (start + (now - start) * n // posts) << 16 | (n & 0xFFF)
        kind = rng.random()
        parent = rng.choice(recent[-200:]) if kind < 0.4 and recent else None
        reposted = rng.choice(recent[-400:]) if 0.4 <= kind < 0.48 and recent else None
        audience = "followers" if kind > 0.97 else "company"
        if parent is not None:
            audience = parent["audience"]
        words = rng.choices(WORDS, k=rng.randint(6, 18))
        tagged = rng.sample(range(len(tags)), 1) if rng.random() < 0.2 and not reposted else []
        mentioned = rng.choices(range(accounts), weights, k=1) if rng.random() < 0.15 and not reposted else []
        body = " ".join([*words, *(f"#{HASHTAGS[t]}" for t in tagged), *(f"@{names[m]}" for m in mentioned)])
        row = {
            "id": id, "author_id": author, "audience": "company" if reposted else audience,
            "audience_of": parent["audience_of"] if parent else author,
            "text": "" if reposted else body, "spoiler": "", "sensitive": False,
            "language": "" if reposted else "en",
            "parent_id": parent["id"] if parent else None,
            "parent_author_id": parent["author_id"] if parent else None,
            "conversation_id": parent["conversation_id"] if parent else id,
            "repost_of_id": reposted["id"] if reposted else None, "app_id": None,
            "recognised": "{}" if reposted else msgspec.json.encode(
                Recognised(tuple((people[m], names[m]) for m in mentioned), tuple(HASHTAGS[t] for t in tagged))
            ).decode(),
        }  # fmt: skip
        post_rows.append(row)
        if not reposted:
            indexed.append((id, author, body))
            if audience == "company":
                recent.append(row)
                counts[author] += 1
        mentions += [{"post_id": id, "account_id": people[m]} for m in set(mentioned)]
        feeds = [author, *(tags[t] for t in tagged)]
        if (
            row["audience"] == "company"
            and not reposted
            and (parent is None or parent["author_id"] == author)
        ):
            feeds.append(COMPANY_FEED)
        for f in feeds:
            last[f] = id
            entries.append(
                {
                    "feed_id": f, "post_id": id, "author_id": author,
                    "reply_to_account_id": row["parent_author_id"],
                    "original_author_id": reposted["author_id"] if reposted else None,
                }
            )  # fmt: skip
    _write(db, post, post_rows)
    _write(db, feed_entry, sorted(entries, key=lambda e: (e["feed_id"], e["post_id"])))
    _write(db, mention, mentions)
    _write(
        db, feed,
        [
            {"id": id, "kind": kind, "last_post_id": last.get(id, 0)}
            for kind, ids in (("account", people), ("hashtag", tags))
            for id in ids
        ],
    )  # fmt: skip
    company_last = last[COMPANY_FEED]
    likes = []
    for row in rng.choices(recent, k=posts):
        sequence += 1
        likes.append({"account_id": rng.choice(people), "post_id": row["id"], "id": sequence})
    unique = {(like_["account_id"], like_["post_id"]): like_ for like_ in likes}
    _write(db, like, list(unique.values()))

    def finish(conn: Connection) -> None:
        conn.run(
            Statement(text("UPDATE feed SET last_post_id = :last WHERE id = 1").bindparams(last=company_last))
        )
        conn.run(
            Statement(
                text(
                    "UPDATE account SET followers_count = (SELECT count(*) FROM subscription s WHERE "
                    "s.feed_id = account.id AND s.kind = 'account'), following_count = (SELECT count(*) FROM "
                    "subscription s WHERE s.account_id = account.id AND s.kind = 'account')"
                )
            )
        )
        conn.run(
            Statement(
                text(
                    "UPDATE post SET likes_count = (SELECT count(*) FROM post_like l WHERE l.post_id = post.id)"
                )
            )
        )
        conn.many(
            Statement(text("UPDATE account SET posts_count = :n WHERE id = :id")),
            [{"id": id, "n": n} for id, n in counts.items()],
        )

    db.write_now(finish)
    _index(db, people, indexed)
    return {"people": people, "names": names, "tags": HASHTAGS, "posts": [r["id"] for r in recent[-500:]]}


def _index(db: Database, people: list[int], written: list[tuple[int, int, str]]) -> None:
    from officetalk.search import bulk

    db.write_now(bulk.index_people, people)
    for start in range(0, len(written), _CHUNK):
        db.write_now(bulk.index_posts, written[start : start + _CHUNK])
    if db.dialect == "postgresql":
        db.write_now(lambda conn: conn.run(Statement(text("ANALYZE"))))
    else:
        db.write_now(lambda conn: conn.run(Statement(text("ANALYZE"))))
