"""The groups of the demo company: projects, a guild, an office, a club, and what is said in them."""

from __future__ import annotations

import msgspec


class Said(msgspec.Struct, frozen=True):
    """Something said in a group. `answers`: how many lines above what it answers stands; 0: it answers nothing."""

    author: str
    minutes_ago: int
    text: str
    answers: int = 0


class Todo(msgspec.Struct, frozen=True):
    """An action: who gave it, what, who does it, in how many days it is due (negative: it is late; None: no day),
    and whether it is done."""

    given_by: str
    text: str
    assignee: str | None
    due_in: int | None
    done: bool = False


class Place(msgspec.Struct, frozen=True):
    """A group: the first of its people made it, the second helps. `asking` want to join; `invited` may."""

    handle: str
    name: str
    kind: str
    about: str
    days_ago: int
    people: str
    talk: tuple[Said, ...]
    rules: str = ""
    asking: str = ""
    invited: str = ""
    todo: tuple[Todo, ...] = ()
    decisions: tuple[int, ...] = ()  # which lines of the talk


_HOUR, _DAY = 60, 24 * 60

GROUPS = (
    Place(
        "tl90-launch", "TL-90 launch", "closed", "Get the TL-90 to its first 140 customers by 15 January.", 40,
        "hana ingrid kwame oskar ana sofia tomasz leilani camille meiling",
        (
            Said("sofia", 9 * _DAY, "140 units in the first batch. That is the number we can hand over well, and hand over well is the goal."),
            Said("kwame", 6 * _DAY + 90, "Firmware 4.2 is frozen. Only what stops a launch gets in from here. #tl90"),
            Said("ana", 5 * _DAY, "First 40 housings off the new tool. Two with flash on the seam, the rest are clean."),
            Said("oskar", 5 * _DAY - 40, "Send me one of the two? I want to see where the flash sits.", 1),
            Said("ana", 5 * _DAY - 55, "On its way to Malmö with the afternoon courier.", 1),
            Said("hana", 2 * _DAY, "Seven people set the probe up without a manual today. Six in under four minutes. #tl90"),
            Said("ingrid", 2 * _DAY - 25, "And the seventh?", 1),
            Said("hana", 2 * _DAY - 30, "Looked for the power switch. There is none. A sticker will do.", 1),
            Said("kwame", _DAY + 200, "We ship with on-device logging off by default. The battery gains nine days."),
            Said("leilani", _DAY + 150, "Support can live with that if the switch for it is in the app. Is it?", 1),
            Said("kwame", _DAY + 140, "It is, under Advanced.", 1),
            Said("hana", 3 * _HOUR, "One line of the launch list is open: who signs for customs? @ingrid @kwame one of you, please."),
            Said("ingrid", 2 * _HOUR, "I do. The papers are on my desk already.", 1),
        ),
        rules="What we decide stands here, with a reason.\nNames of customers stay out.",
        asking="noor thuy",
        todo=(
            Todo("hana", "Approve the launch checklist", "ingrid", 0),
            Todo("oskar", "Artwork of the rinsing card", "hana", 2),
            Todo("sofia", "Price of the box for year two", "sofia", 3),
            Todo("ingrid", "Sign off the data sheet", "camille", 8),
            Todo("ana", "Find out where the flash on the seam comes from", "ana", -1),
            Todo("tomasz", "A truck to the dock in Rotterdam", None, None),
            Todo("sofia", "Book the dock in Rotterdam", "tomasz", -2, done=True),
            Todo("hana", "Ask five customers for their first five minutes", "leilani", -6, done=True),
        ),
        decisions=(0, 8),
    ),
    Place(
        "water-guild", "Water quality guild", "open", "For all who care what the numbers mean: turbidity, nitrate, chlorine, and the rest.", 300,
        "noor istvan ingrid aisha meiling thuy yusuf camille ravi joao lena",
        (
            Said("istvan", 4 * _DAY, "Nitrate over 50 mg/l at three stations in the same week. All upstream of the same bend. #nitrate"),
            Said("noor", 4 * _DAY - 30, "Spread slurry, then rain. Every March, and now in November too.", 1),
            Said("meiling", 2 * _DAY + 100, "Who has a good way to explain NTU to somebody from finance?"),
            Said("aisha", 2 * _DAY + 60, "Hold a newspaper behind the glass. The number is how hard you squint.", 1),
            Said("camille", 2 * _DAY + 50, "I will steal this.", 1),
            Said("noor", 5 * _HOUR, "New note in the guild's notebook: when a sensor drifts, and when it is the river that does."),
        ),
    ),
    Place(
        "rotterdam", "Rotterdam office", "open", "The house at the Maas: lunch, the lift, visitors, the key to the bikes.", 420,
        "sofia tomasz ingrid pavel lena camille oskar",
        (
            Said("lena", _DAY + 30, "The lift is out until Thursday. Deliveries by the yard door, please."),
            Said("pavel", _DAY, "Fourteen floors of fitness. You are welcome.", 1),
            Said("sofia", 4 * _HOUR, "Six visitors from the water board on Friday at ten. The large room is theirs until noon."),
        ),
    ),
    Place(
        "running-club", "Running club", "open", "Tuesdays at six, all speeds, no stopwatches.", 200,
        "leilani kwame ana ingrid yusuf hana",
        (
            Said("leilani", 26 * _HOUR, "Eight kilometres along the fjord yesterday. Trondheim won, as nobody measured."),
            Said("yusuf", 25 * _HOUR, "Amman runs at seven. It was 24 degrees. I am sorry.", 1),
        ),
    ),
    Place(
        "works-council", "Works council", "secret", "Of those who were elected. What is said here stays here.", 150,
        "lena pavel ana ingrid",
        (
            Said("lena", 2 * _DAY, "The agreement on night shifts in service comes back with two changes. Both are ours."),
            Said("ana", 2 * _DAY - 60, "Then we can sign on Monday?", 1),
        ),
        invited="yusuf",
    ),
)  # fmt: skip
