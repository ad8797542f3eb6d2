"""The people of the demo company: Aldermoor, which makes probes that measure water."""

from functools import cache
from pathlib import Path
from zlib import crc32

import msgspec

DATA = Path(__file__).parent / "data"

TIME_ZONES = {
    "Accra": "Africa/Accra",
    "Amman": "Asia/Amman",
    "Bengaluru": "Asia/Kolkata",
    "Busan": "Asia/Seoul",
    "Đà Nẵng": "Asia/Ho_Chi_Minh",
    "Galway": "Europe/Dublin",
    "Gdańsk": "Europe/Warsaw",
    "Hamburg": "Europe/Berlin",
    "Lyon": "Europe/Paris",
    "Malmö": "Europe/Stockholm",
    "Monterrey": "America/Monterrey",
    "Novi Sad": "Europe/Belgrade",
    "Osaka": "Asia/Tokyo",
    "Piraeus": "Europe/Athens",
    "Qingdao": "Asia/Shanghai",
    "Recife": "America/Recife",
    "Rotterdam": "Europe/Amsterdam",
    "Singapore": "Asia/Singapore",
    "Trondheim": "Europe/Oslo",
}

# Where a customer or a river is near, or the snow believable; Europe where not named.
REGIONS = {
    "Accra": "South",
    "Amman": "South",
    "Bengaluru": "Asia",
    "Busan": "Asia",
    "Đà Nẵng": "Asia",
    "Monterrey": "Americas",
    "Osaka": "Asia",
    "Qingdao": "Asia",
    "Recife": "Americas",
    "Singapore": "Asia",
}

LANGUAGES = {
    "ar": "العربية",
    "cs": "čeština",
    "da": "dansk",
    "de": "Deutsch",
    "el": "ελληνικά",
    "en": "English",
    "es": "español",
    "fr": "français",
    "hi": "हिन्दी",
    "hr": "hrvatski",
    "hu": "magyar",
    "it": "italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nl": "Nederlands",
    "no": "norsk",
    "pl": "polski",
    "pt": "português",
    "sr": "српски",
    "sv": "svenska",
    "tr": "Türkçe",
    "uk": "українська",
    "vi": "tiếng Việt",
    "zh": "中文",
}

PRONOUNS = {"f": "she/her", "m": "he/him", "t": "they/them", "-": ""}

BOTS = frozenset({"release-bot"})
LOCKED = frozenset({"odile"})

# Extensions that are named in what people say; everybody else is counted up from 4200.
PHONES = {"pavel": "4140", "tomasz": "4410"}


class Person(msgspec.Struct, frozen=True):
    """A colleague, as the directory would know them.

    `manager` is a username, None for the managing director alone. `time_zone` is an IANA
    name, `language` an ISO 639-1 code, `fields` up to four pairs of name and value.
    """

    username: str
    display_name: str
    job_title: str
    department: str
    location: str
    manager: str | None
    pronouns: str
    time_zone: str
    language: str
    bio: str
    fields: tuple[tuple[str, str], ...]
    joined_days_ago: int
    bot: bool
    locked: bool

    @property
    def region(self) -> str:
        return REGIONS.get(self.location, "Europe")

    @property
    def first_name(self) -> str:
        """How a colleague is addressed: by first name, or by @username where the first
        word of the display name is another script's or the family name."""
        first = self.display_name.split()[0]
        return first if first.isascii() and first.lower() == self.username else f"@{self.username}"


@cache
def people() -> tuple[Person, ...]:
    """All 200 people, each after their manager's team was opened, in the order of the file."""
    found: list[Person] = []
    department, manager = "", None
    for line in (DATA / "people.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name, _, above = line.strip("[]").partition(" < ")
            department, manager = name, above or None
        elif line and not line.startswith("#"):
            found.append(_person(line, department, manager, phone=4200 + len(found)))
    return tuple(found)


def _person(line: str, department: str, manager: str | None, phone: int) -> Person:
    cells = [cell.strip() for cell in line.split("|")]
    username, name, title, place, pronouns, language, years, bio, *ask = cells
    return Person(
        username=username,
        display_name=name,
        job_title=title,
        department=department,
        location=place,
        manager=manager,
        pronouns=PRONOUNS[pronouns],
        time_zone=TIME_ZONES[place],
        language=language,
        bio=bio.replace("'", "’"),
        fields=() if username in BOTS else _fields(username, language, phone, ask),
        joined_days_ago=int(years) * 365 - crc32(username.encode()) % 300,
        bot=username in BOTS,
        locked=username in LOCKED,
    )


def _fields(username: str, language: str, phone: int, ask: list[str]) -> tuple[tuple[str, str], ...]:
    speaks = "English" if language == "en" else f"English, {LANGUAGES[language]}"
    fields = [("Phone", PHONES.get(username, str(phone))), ("Languages", speaks)]
    if ask and ask[0]:
        fields.insert(0, ("Ask me about", ask[0]))
    return tuple(fields)
