"""What the people of the demo company do with what is said: follow, like, keep, pin, correct."""

import random
import re
from collections import defaultdict

import msgspec

from officetalk.demo.company import Person

SIGNED_IN = "ingrid"
"""Whom a visitor of the demo is."""

# The three whom her home page suggests (Ana, Thủy, Oskar) are not among them.
INGRID_FOLLOWS = """
    tomasz joao meiling noor kwame hana aisha ravi leilani sofia camille pavel yusuf lena eoin tala
    linnea bjorn magnus priya elif yuna gaspard katarzyna solveig marit dayo freya kristian jisoo
    mayumi etienne malik wouter torunn agnieszka dragana silje conor release-bot xiaowen halvor
""".split()

# Whom people follow beyond their own team.
WELL_KNOWN = {
    "eoin": 9, "aisha": 9, "tomasz": 8, "noor": 8, "meiling": 7, "ingrid": 7, "kwame": 6, "leilani": 6,
    "hana": 5, "thuy": 5, "ravi": 5, "oskar": 4, "pavel": 4, "ana": 4, "istvan": 4, "joao": 3, "tala": 3,
    "yusuf": 3, "camille": 3, "ama": 3, "mateo": 2, "release-bot": 2,
}  # fmt: skip

INGRID_TAGS = ("tl90", "seals", "checklist", "delft", "firmware")

_TAG = re.compile(r"#([\w-]*\w)")
_WORD = re.compile(r"(?<![\w@#/.-])[a-z]{6,}(?![\w/.-])")


class Post(msgspec.Struct, frozen=True):
    """`audience`: company, quiet, followers or direct. `repost_of` has no text of its own.
    `text` is what was first said; an `Edit` may correct it."""

    key: str
    author: str
    text: str
    minutes_ago: int
    audience: str
    reply_to: str | None
    repost_of: str | None
    language: str


class Like(msgspec.Struct, frozen=True):
    who: str
    key: str
    minutes_ago: int


class Bookmark(msgspec.Struct, frozen=True):
    who: str
    key: str


class Follow(msgspec.Struct, frozen=True):
    who: str
    target: str


class FollowTag(msgspec.Struct, frozen=True):
    """`tag` without the #, as it is spelled in posts."""

    who: str
    tag: str


class Pin(msgspec.Struct, frozen=True):
    who: str
    key: str


class Edit(msgspec.Struct, frozen=True):
    """`text` is the post's from then on."""

    key: str
    text: str
    minutes_ago: int


def edits(
    posts: tuple[Post, ...], marked: set[str], rng: random.Random, share: float = 0.022
) -> tuple[tuple[Post, ...], tuple[Edit, ...]]:
    """Slips a typo into those `marked` and a few more posts, and the edits that correct it."""
    first: list[Post] = []
    found: list[Edit] = []
    for post in posts:
        word = _WORD.search(post.text)
        if word and post.minutes_ago > 2 and (post.key in marked or rng.random() < share):
            at = word.start() + 2
            swapped = post.text[at + 1] + post.text[at]
            typo = post.text[:at] + swapped + post.text[at + 2 :]
            if typo != post.text:
                minutes = max(1, post.minutes_ago - rng.randint(1, 6))
                found.append(Edit(post.key, post.text, minutes))
                post = msgspec.structs.replace(post, text=typo)
        first.append(post)
    return tuple(first), tuple(found)


class Crowd:
    """The reactions to `posts`; `expected` gives the likes that a post has at least, -1 for none."""

    def __init__(
        self,
        people: tuple[Person, ...],
        posts: tuple[Post, ...],
        expected: dict[str, int],
        rng: random.Random,
    ) -> None:
        self._people = people
        self._humans = [person.username for person in people if not person.bot]
        self._posts = posts
        self._expected = expected
        self._rng = rng
        self.follows = tuple(self._follow())
        self._followers: defaultdict[str, set[str]] = defaultdict(set)
        for follow in self.follows:
            self._followers[follow.target].add(follow.who)
        self._liking = {name: rng.lognormvariate(0, 0.8) for name in self._humans}
        self._liking[SIGNED_IN] = 4
        self._liked: dict[str, int] = {}

    def _follow(self) -> list[Follow]:
        """One's manager, most of one's team, a few from one's place, and the well known."""
        names = [person.username for person in self._people]
        found: list[Follow] = []
        for person in self._people:
            if person.bot:
                continue
            if person.username == SIGNED_IN:
                found += [Follow(SIGNED_IN, target) for target in INGRID_FOLLOWS]
                continue
            weights = [self._closeness(person, other) for other in self._people]
            count = self._rng.randint(12, 46)
            targets = set(self._rng.choices(names, weights, k=count))
            targets.update(filter(None, [person.manager]))
            targets.discard(person.username)
            found += [Follow(person.username, target) for target in sorted(targets)]
        return found

    def _closeness(self, person: Person, other: Person) -> float:
        if person == other:
            return 0
        team = person.manager == other.manager or other.manager == person.username
        return (
            0.3
            + 6 * team
            + 3 * (person.department == other.department)
            + 2 * (person.location == other.location)
            + 1.2 * WELL_KNOWN.get(other.username, 0)
        )

    def _readers(self, post: Post) -> list[str]:
        if post.audience == "direct":
            return [name for name in self._humans if f"@{name}" in post.text]
        readers = self._followers[post.author] if post.audience == "followers" else self._humans
        return [name for name in sorted(readers) if name != post.author]

    def likes(self) -> tuple[Like, ...]:
        """Few posts have many, most have some; followers of the author like more readily."""
        found: list[Like] = []
        for post in self._posts:
            least = self._expected[post.key]
            if least < 0:
                continue
            heavy = int(self._rng.paretovariate(1.05 if post.reply_to is None else 1.2)) - 1
            wanted = max(least, min(heavy, self._rng.randint(25, 60)))
            if wanted:
                found += self._likes_of(post, wanted)
        return tuple(sorted(found, key=lambda like: -like.minutes_ago))

    def _likes_of(self, post: Post, wanted: int) -> list[Like]:
        readers = self._readers(post)
        wanted = min(wanted, len(readers))
        near = self._followers[post.author]
        weights = [self._liking[name] * (5 if name in near else 1) for name in readers]
        # Weighted, without anybody twice: the smallest of exponential draws.
        draws = [self._rng.expovariate(weight) for weight in weights]
        chosen = sorted(range(len(readers)), key=draws.__getitem__)[:wanted]
        self._liked[post.key] = wanted
        return [
            Like(readers[i], post.key, max(1, int(post.minutes_ago - 1 - self._rng.expovariate(1 / 90))))
            for i in chosen
        ]

    def bookmarks(self) -> tuple[Bookmark, ...]:
        """Mostly of posts with a link or an answer to come back to."""
        useful = [p for p in self._posts if p.audience == "company" and p.text]
        weights = [8 if "https://" in p.text else 1 + self._expected[p.key] / 10 for p in useful]
        found: dict[tuple[str, str], Bookmark] = {}
        for name in self._humans:
            count = 14 if name == SIGNED_IN else min(9, int(self._rng.expovariate(0.5)))
            for post in self._rng.choices(useful, weights, k=count):
                if post.author != name:
                    found[name, post.key] = Bookmark(name, post.key)
        return tuple(found.values())

    def pins(self) -> tuple[Pin, ...]:
        """One's best-liked own post, for those who have one worth it. Call after `likes`."""
        best: dict[str, Post] = {}
        for post in self._posts:
            if post.audience != "company" or post.reply_to or post.repost_of or post.minutes_ago < 3 * 1440:
                continue
            if self._liked.get(post.key, 0) >= 30:
                held = best.get(post.author)
                if held is None or self._liked[held.key] < self._liked[post.key]:
                    best[post.author] = post
        return tuple(Pin(name, post.key) for name, post in sorted(best.items()))

    def tags(self) -> tuple[FollowTag, ...]:
        """A few tags each, the busy ones more often."""
        used = [tag for post in self._posts for tag in _TAG.findall(post.text)]
        found = [FollowTag(SIGNED_IN, tag) for tag in INGRID_TAGS]
        for name in self._humans:
            if name != SIGNED_IN:
                chosen = {self._rng.choice(used) for _ in range(self._rng.randint(0, 5))}
                found += [FollowTag(name, tag) for tag in sorted(chosen)]
        return tuple(found)
