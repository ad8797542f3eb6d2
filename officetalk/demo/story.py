"""A believable company at work: who says what to whom over six weeks. Pure: no clock, no database."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import msgspec

from officetalk.demo import talk
from officetalk.demo.company import Person, people
from officetalk.demo.crowd import (
    Bookmark,
    Crowd,
    Edit,
    Follow,
    FollowTag,
    Like,
    Pin,
    Post,
    edits,
)

NOW = datetime(2026, 11, 24, 8, 45, tzinfo=UTC)
"""A Tuesday morning in Trondheim, as on the pictures of the design."""

POSTS = 4000
REPOSTS = 320
WEEKS = 6
NEWEST = 2
ENGLISH = 0.79

DAY = 24 * 60

# How likely somebody writes in each hour of their own day; weekends have a fortieth of it.
HOURS = (0, 0, 0, 0, 0, 0, 1, 8, 34, 40, 36, 30, 18, 30, 36, 32, 26, 14, 4, 2, 2, 1, 0, 0)


class Story(msgspec.Struct, frozen=True):
    """Everything that happened, each tuple in an order in which it can be told: what is
    referred to stands before what refers to it."""

    people: tuple[Person, ...]
    follows: tuple[Follow, ...]
    tags: tuple[FollowTag, ...]
    posts: tuple[Post, ...]
    edits: tuple[Edit, ...]
    likes: tuple[Like, ...]
    bookmarks: tuple[Bookmark, ...]
    pins: tuple[Pin, ...]


def story(seed: int = 2010, now: datetime = NOW) -> Story:
    """The same story for the same seed and moment.

    Office hours and weekends are those of each author's time zone around `now`; only the
    newest, hand-written morning stays where it is, so that the first page is always alive.
    """
    return _Teller(random.Random(seed), now.astimezone(UTC)).tell()


class _Said(msgspec.Struct):
    """A post while the story is being told: points at others, has no key yet."""

    author: Person
    text: str
    minutes_ago: int
    audience: str
    language: str
    parent: "_Said | None" = None
    original: "_Said | None" = None
    likes: int = 0
    edited: bool = False


class _Teller:
    def __init__(self, rng: random.Random, now: datetime) -> None:
        self._rng = rng
        self._now = now
        self._said: list[_Said] = []
        self._texts: set[str] = set()
        self._people = people()
        self._by_name = {person.username: person for person in self._people}
        self._talkers = [person for person in self._people if not (person.bot or person.locked)]
        # A few talk a lot, most a little: weights with a tail.
        self._talkative = {p.username: rng.lognormvariate(0, 0.6) for p in self._talkers}
        self._groups: dict[str, list[Person]] = {"any": self._talkers}
        for person in self._talkers:
            self._groups.setdefault(person.department, []).append(person)
            self._groups.setdefault(f"any in {person.language}", []).append(person)

    def tell(self) -> Story:
        yesterday = self._yesterday()
        for number, script in enumerate(talk.scripts("today")):
            self._thread(script, newest=5 + number * 7, oldest=5 + number * 7)
        for script in talk.scripts("yesterday"):
            self._thread(script, newest=5 * 60, oldest=yesterday)
        for script in talk.scripts("weeks"):
            self._thread(script, newest=yesterday, oldest=WEEKS * 7 * DAY)
        self._ordinary_days(newest=yesterday, oldest=WEEKS * 7 * DAY)
        self._said.sort(key=lambda said: -said.minutes_ago)
        self._reposts()
        self._said.sort(key=lambda said: -said.minutes_ago)
        return self._written_down()

    # When

    def _yesterday(self) -> int:
        """Minutes back to the start of the last working day before today."""
        day = self._now.replace(hour=0, minute=0)
        day -= timedelta(days=1)
        while day.weekday() >= 5:
            day -= timedelta(days=1)
        return int((self._now - day).total_seconds()) // 60

    def _eagerness(self, person: Person, minutes_ago: int) -> int:
        """0 asleep to 40, the busiest hour of a working day, where that person sits."""
        then = self._now - timedelta(minutes=minutes_ago)
        local = then.astimezone(_zone(person.time_zone))
        eager = HOURS[local.hour]
        return eager if local.weekday() < 5 else eager // 40

    def _moment(self, person: Person, newest: int, oldest: int) -> int:
        minutes = oldest
        for _ in range(300 if newest < oldest else 0):
            minutes = self._rng.randint(newest, oldest)
            if self._rng.random() * 40 < self._eagerness(person, minutes):
                break
        return minutes

    def _after(self, parent: _Said, person: Person, *, patient: bool) -> int:
        """When that person answers: minutes later, or next morning if they sleep."""
        gap = min(int(self._rng.lognormvariate(2.3, 0.9)) + 1, 600)
        latest = max(NEWEST, parent.minutes_ago - 1)
        minutes = min(max(parent.minutes_ago - gap, NEWEST), latest)
        if not patient:
            return minutes
        for later in range(0, 16 * 60, 30):
            if minutes - later <= NEWEST:
                break
            if self._eagerness(person, minutes - later) >= 8:
                return minutes - later
        return minutes

    # Who

    def _candidates(self, who: str, language: str) -> list[Person]:
        if who in self._by_name:
            return [self._by_name[who]]
        if who == "any":
            return self._groups["any" if language == "en" else f"any in {language}"]
        found = [person for department in who.split(",") for person in self._groups[department]]
        speakers = self._groups.get(f"any in {language}", [])
        return found if language == "en" else [p for p in found if p in speakers] or speakers

    def _choose(self, candidates: Iterable[Person], besides: Sequence[Person] = ()) -> Person:
        free = [p for p in candidates if p not in besides] or list(self._talkers)
        return self._rng.choices(free, [self._talkative.get(p.username, 1) for p in free])[0]

    def _answerer(self, line: talk.Line, thread: dict[int, _Said], minutes_ago: int) -> Person | None:
        opener = thread[0].author
        present = [said.author for said in thread.values()]
        if line.who == "op":
            return opener
        if line.who == "near":
            house = [p for p in self._talkers if p.location == opener.location and p not in present]
            return self._choose(house) if house else None
        candidates = self._candidates(line.who, line.language)
        if len(candidates) == 1:
            return candidates[0]
        awake = [p for p in candidates if self._eagerness(p, minutes_ago) >= 8]
        near = [p for p in awake if p.location == opener.location or p.department == opener.department]
        pool = near if len(near) > 2 and self._rng.random() < 0.5 else awake or candidates
        return self._choose(pool, besides=present)

    def _called(self, person: Person) -> str:
        return f"@{person.username}" if self._rng.random() < 0.35 else person.first_name

    # What

    def _thread(self, script: talk.Script, newest: int, oldest: int) -> None:
        """Says a script's lines, or nothing if its opener has been said in those words before."""
        author = self._choose(self._candidates(script.lines[0].who, script.lines[0].language))
        slots = talk.Slots(author.region, self._rng)
        slots.name("op", self._called(author))
        slots.name("here", author.location)
        thread: dict[int, _Said] = {}
        for line in script.lines:
            if line.depth == 0:
                minutes = line.minutes_ago or self._moment(author, newest, oldest)
                audience = line.audience or self._audience(script)
                parent = None
            else:
                parent = thread.get(line.depth - 1)
                left_out = line.sometimes and self._rng.random() < 0.04
                answerer = self._answerer(line, thread, parent.minutes_ago) if parent else None
                if parent is None or answerer is None or left_out:
                    thread.pop(line.depth, None)
                    continue
                author = answerer
                minutes = line.minutes_ago or self._after(parent, author, patient=newest < oldest)
                slots.name("re", self._called(parent.author))
                audience = parent.audience
            slots.name("mine", author.location)
            text = self._words(line, slots, [author, *(said.author for said in thread.values())])
            if text is None:
                if line.depth == 0:
                    return
                thread.pop(line.depth, None)
                continue
            said = _Said(
                author=author,
                text=text,
                minutes_ago=minutes,
                audience=audience,
                language=line.language,
                parent=parent,
                likes=line.likes,
                edited=line.edited,
            )
            thread[line.depth] = said
            self._said.append(said)
        for name in script.reposters:
            self._repost(thread[0], self._by_name[name])

    def _audience(self, script: talk.Script) -> str:
        """Most to the company; what nobody comments on is at times said more quietly."""
        opener, *comments = script.lines
        if comments or opener.likes:
            return "company"
        return self._rng.choices(["company", "quiet", "followers"], [90, 5, 5])[0]

    def _words(self, line: talk.Line, slots: talk.Slots, present: list[Person]) -> str | None:
        """The line filled so that it fits the limit and nobody has said it before, or None."""
        for _ in range(12):
            mentions = {
                name: self._choose(group, besides=present).username
                for name, group in self._groups.items()
                if "{@" + name + "}" in line.text
            }
            text = talk.fill(line, slots, mentions, self._rng)
            if talk.length(text) <= talk.LIMIT and text not in self._texts:
                self._texts.add(text)
                return text
        return None

    def _ordinary_days(self, newest: int, oldest: int) -> None:
        """Fills the weeks with what is said on any day, most of it in English."""
        english = _Bag(talk.scripts("patterns"), self._rng)
        languages = sorted({s.lines[0].language for s in talk.scripts("languages")})
        others = {
            language: _Bag(
                [s for s in talk.scripts("languages") if s.lines[0].language == language], self._rng
            )
            for language in languages
        }
        spoken = Counter(said.language == "en" for said in self._said)
        while spoken.total() < POSTS - REPOSTS:
            wants_english = spoken[True] < ENGLISH * spoken.total()
            bag = english if wants_english else others[self._rng.choice(languages)]
            before = len(self._said)
            self._thread(bag.next(), newest, oldest)
            del self._said[before + POSTS - REPOSTS - spoken.total() :]
            spoken.update(said.language == "en" for said in self._said[before:])

    def _reposts(self) -> None:
        """Good posts are passed on, the well-liked ones more than once."""
        worth = [s for s in self._said if s.audience == "company" and s.minutes_ago > 10 and not s.original]
        # Comments seldom; and the morning has not had time to be passed on much.
        weights = [
            (1 + s.likes) ** 0.7 * (0.15 if s.parent else 1) * (0.3 if s.minutes_ago < 300 else 1)
            for s in worth
        ]
        passed = {(id(s.original), s.author.username) for s in self._said if s.original}
        while len(self._said) < POSTS:
            original = self._rng.choices(worth, weights)[0]
            speakers = [p for p in self._talkers if original.language in ("en", p.language)]
            person = self._choose(speakers, besides=[original.author])
            if (id(original), person.username) not in passed:
                passed.add((id(original), person.username))
                self._repost(original, person)

    def _repost(self, original: _Said, person: Person) -> None:
        minutes = self._after(original, person, patient=True)
        self._said.append(
            _Said(person, "", minutes, "company", original.language, original=original, likes=-1)
        )

    # Written down

    def _written_down(self) -> Story:
        keys = {id(said): f"p{number:04}" for number, said in enumerate(self._said, 1)}
        posts = tuple(
            Post(
                key=keys[id(said)],
                author=said.author.username,
                text=said.text,
                minutes_ago=said.minutes_ago,
                audience=said.audience,
                reply_to=keys[id(said.parent)] if said.parent else None,
                repost_of=keys[id(said.original)] if said.original else None,
                language=said.language,
            )
            for said in self._said
        )
        expected = {keys[id(said)]: said.likes for said in self._said}
        marked = {keys[id(said)] for said in self._said if said.edited}
        posts, corrections = edits(posts, marked, self._rng)
        crowd = Crowd(self._people, posts, expected, self._rng)
        return Story(
            people=self._people,
            follows=crowd.follows,
            tags=crowd.tags(),
            posts=posts,
            edits=corrections,
            likes=crowd.likes(),
            bookmarks=crowd.bookmarks(),
            pins=crowd.pins(),
        )


class _Bag:
    """Draws each script once before any comes again."""

    def __init__(self, scripts: Sequence[talk.Script], rng: random.Random) -> None:
        self._scripts = scripts
        self._rng = rng
        self._left: list[talk.Script] = []

    def next(self) -> talk.Script:
        if not self._left:
            self._left = self._rng.sample(self._scripts, len(self._scripts))
        return self._left.pop()


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
