"""What the people of the demo company say: reads the texts under `data/` and fills the patterns.

A line is `who (notes): text`. The opener stands at the margin, `-` answers the opener, `--` the
`-` above it; a `?` behind the dashes leaves it out at times; `~ who` reposts the opener. *Who* is a username, one
or more departments, `any`, `near` for somebody in the opener's house, or `op` for who opened. *Notes*, with commas: `9m` or `13d`
before now, `31*` likes at least, `quiet`, `followers`, `direct`, `edited`, or a language.
"""

import random
import re
from collections.abc import Mapping
from functools import cache

import msgspec

from officetalk.demo.company import DATA, LANGUAGES

LIMIT = 140
LINK_LENGTH = 23

_LINE = re.compile(
    r"(?P<depth>-{0,3})(?P<maybe>\??) ?(?P<who>[^:(]+?)(?: \((?P<notes>[^)]*)\))?: (?P<text>.+)"
)
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(@?)([\w ]+)(!|,)?(?::([^{}]+))?\}")
_LINK = re.compile(r"https?://[^\s　]*[\w/]", re.ASCII)
_SENTENCE = re.compile(r"(^|[.!?] )([a-zøåäöđ])(?!H|ttps?:)")


class Line(msgspec.Struct, frozen=True):
    """One post of a thread as it is written in the file, its slots not filled yet."""

    who: str
    text: str
    depth: int
    sometimes: bool
    language: str
    audience: str | None
    minutes_ago: int | None
    likes: int
    edited: bool


class Script(msgspec.Struct, frozen=True):
    """A thread: the opener, then its comments in order; and who reposted the opener."""

    lines: tuple[Line, ...]
    reposters: tuple[str, ...]


def length(text: str) -> int:
    """Characters as the limit counts them: a link is 23."""
    return len(_LINK.sub("x" * LINK_LENGTH, text))


@cache
def scripts(name: str) -> tuple[Script, ...]:
    """The threads of `data/<name>.txt`, in the order of the file."""
    language = "en"
    found: list[tuple[list[Line], list[str]]] = []
    for raw in (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if raw.startswith("== "):
            language = raw[3:]
        elif raw.startswith("~ "):
            found[-1][1].append(raw[2:])
        elif raw and not raw.startswith("# "):
            line = _line(raw, language)
            if line.depth == 0:
                found.append(([], []))
            found[-1][0].append(line)
    return tuple(Script(lines=tuple(lines), reposters=tuple(who)) for lines, who in found)


def _line(raw: str, language: str) -> Line:
    match = _LINE.fullmatch(raw)
    if match is None:
        raise ValueError(f"Not a line of talk: {raw}")
    notes = [note.strip() for note in (match["notes"] or "").split(",") if note.strip()]
    minutes = [int(n[:-1]) * (1 if n[-1] == "m" else 1440) for n in notes if re.fullmatch(r"\d+[md]", n)]
    return Line(
        who=match["who"],
        text=match["text"].replace("'", "’"),
        depth=len(match["depth"]),
        sometimes=bool(match["maybe"]),
        language=next((n for n in notes if n in LANGUAGES), language),
        audience=next((n for n in notes if n in ("quiet", "followers", "direct")), None),
        minutes_ago=minutes[0] if minutes else None,
        likes=next((int(n[:-1]) for n in notes if n.endswith("*")), 0),
        edited="edited" in notes,
    )


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    """The lists that patterns choose from, by name."""
    lines = (DATA / "words.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" = ") for line in lines if line and not line.startswith("#"))
    return {name: tuple(value.strip() for value in values.split(";")) for name, values in pairs}


class Slots:
    """What the slots of one thread mean: drawn once, the same in every line of it.

    A list such as `water Asia` is preferred over `water` in that region.
    """

    def __init__(self, region: str, rng: random.Random) -> None:
        self._region = region
        self._rng = rng
        self._drawn: dict[str, str] = {}

    def name(self, slot: str, value: str) -> None:
        self._drawn[slot] = value

    def value(self, slot: str, choices: str | None) -> str:
        if slot not in self._drawn:
            self._drawn[slot] = self._draw(slot, choices)
        return self._drawn[slot]

    def _draw(self, slot: str, choices: str | None) -> str:
        if choices is None:
            name = slot.rstrip("0123456789")
            choice = words().get(f"{name} {self._region}") or words()[name]
            taken = set(self._drawn.values())
            return self._rng.choice([word for word in choice if word not in taken])
        if re.fullmatch(r"\d+-\d+", choices):
            low, high = choices.split("-")
            return str(self._rng.randint(int(low), int(high)))
        return self._rng.choice(choices.split(","))


def fill(line: Line, slots: Slots, mentions: Mapping[str, str], rng: random.Random) -> str:
    """The line's text with a choice made of each `[a|b]` and each slot filled.

    `mentions` gives the username for `{@Department}` and `{@any}`.
    """

    def choose(match: re.Match[str]) -> str:
        return rng.choice(match[1].split("|"))

    def slot(match: re.Match[str]) -> str:
        at, name, mark, choices = match.groups()
        if at:
            return "@" + mentions[name]
        value = slots.value(name, choices)
        if mark == "!":
            return value if value.startswith("pH") else value[:1].upper() + value[1:]
        return f", {value}" if mark == "," else value

    text = line.text
    if "[" not in text and "{" not in text:
        return text
    while "[" in text:
        text = _CHOICE.sub(choose, text)
    text = re.sub(r" +", " ", _SLOT.sub(slot, text)).strip()
    text = re.sub(r" ([,.])", r"\1", text)
    if line.language != "en":  # "bis zum 10. abgeben" is one sentence
        return text
    return _SENTENCE.sub(lambda m: m[1] + m[2].upper(), text)
