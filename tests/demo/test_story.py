"""The demo company must be believable, and must fit what the product allows."""

import random
import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from officetalk.demo import links
from officetalk.demo import story as stories
from officetalk.demo.company import people
from officetalk.demo.crowd import Post
from officetalk.demo.story import NOW, Story, story
from officetalk.demo.talk import LIMIT, length, scripts
from officetalk.golinks import names, targets
from officetalk.golinks.change import MAX_DESCRIPTION

WIDTH = {"company": 3, "quiet": 2, "followers": 1, "direct": 0}
MENTION = re.compile(r"(?<!\w)@([a-z0-9_.-]*[a-z0-9_])")


@pytest.fixture(scope="module")
def told() -> Story:
    return story()


@pytest.fixture(scope="module")
def by_key(told: Story) -> dict[str, Post]:
    return {post.key: post for post in told.posts}


def shown(told: Story) -> list[str]:
    """The texts as they stand now, edits made."""
    texts = {post.key: post.text for post in told.posts}
    texts.update((edit.key, edit.text) for edit in told.edits)
    return [text for text in texts.values() if text]


def test_the_company_has_200_people_with_names_of_their_own() -> None:
    assert len(people()) == 200
    assert len({person.username for person in people()}) == 200
    assert len({person.display_name for person in people()}) == 200


def test_a_username_is_plain_and_a_profile_fits() -> None:
    for person in people():
        assert re.fullmatch(r"[a-z0-9]([a-z0-9_.-]*[a-z0-9])?", person.username)
        assert len(person.bio) <= 500
        assert len(person.fields) <= 4
        assert person.joined_days_ago > 0
        ZoneInfo(person.time_zone)


def test_everybody_is_managed_up_to_one_managing_director() -> None:
    manager = {person.username: person.manager for person in people()}

    for username in manager:
        above: list[str | None] = [username]
        while above[-1] is not None:
            above.append(manager[above[-1]])
            assert len(set(above)) == len(above), f"{username} manages themselves"
        assert above[-2] == "eoin"


def test_nobody_manages_more_people_than_they_can_talk_to() -> None:
    assert max(Counter(person.manager for person in people()).values()) <= 12


def test_one_bot_and_one_locked_account_are_among_them() -> None:
    assert [person.username for person in people() if person.bot] == ["release-bot"]
    assert [person.username for person in people() if person.locked] == ["odile"]


def test_there_are_4000_posts_over_six_weeks_up_to_two_minutes_ago(told: Story) -> None:
    ages = [post.minutes_ago for post in told.posts]

    assert len(ages) == 4000
    assert min(ages) == 2
    assert max(ages) <= 42 * 24 * 60


def test_every_text_fits_the_limit_before_and_after_its_edit(told: Story) -> None:
    for text in [*(post.text for post in told.posts), *shown(told)]:
        assert length(text) <= LIMIT
        assert text == unicodedata.normalize("NFC", text)


def test_no_two_posts_say_the_same(told: Story) -> None:
    assert [text for text, times in Counter(shown(told)).items() if times > 1] == []


def test_no_pattern_shows_through(told: Story) -> None:
    for text in shown(told):
        assert not re.search(r"[\[\]{}|]|  | [,.]( |$)|Https", text), text


def test_what_is_referred_to_was_said_before(told: Story) -> None:
    order = {post.key: number for number, post in enumerate(told.posts)}
    age = {post.key: post.minutes_ago for post in told.posts}

    for post in told.posts:
        for earlier in filter(None, [post.reply_to, post.repost_of]):
            assert order[earlier] < order[post.key]
            assert age[earlier] >= post.minutes_ago
    for reaction in [*told.likes, *told.edits]:
        assert age[reaction.key] >= reaction.minutes_ago >= 1
    for kept in [*told.bookmarks, *told.pins]:
        assert kept.key in order
    assert [p.minutes_ago for p in told.posts] == sorted(age.values(), reverse=True)


def test_a_comment_is_never_heard_wider_than_its_parent(told: Story, by_key: dict[str, Post]) -> None:
    for post in told.posts:
        if post.reply_to:
            assert WIDTH[post.audience] <= WIDTH[by_key[post.reply_to].audience]


def test_only_what_the_company_may_read_is_reposted(told: Story, by_key: dict[str, Post]) -> None:
    for post in told.posts:
        if post.repost_of:
            assert post.text == ""
            assert by_key[post.repost_of].audience == "company"
            assert by_key[post.repost_of].repost_of is None
            assert by_key[post.repost_of].author != post.author


def test_nobody_reacts_to_what_they_cannot_see(told: Story, by_key: dict[str, Post]) -> None:
    follows = {(follow.who, follow.target) for follow in told.follows}

    def sees(who: str, post: Post) -> bool:
        if who == post.author or post.audience in ("company", "quiet"):
            return True
        if post.audience == "followers":
            return (who, post.author) in follows or f"@{who}" in post.text
        return f"@{who}" in post.text

    for like in told.likes:
        assert sees(like.who, by_key[like.key])
    for post in told.posts:
        if post.reply_to:
            assert sees(post.author, by_key[post.reply_to])


def test_every_mention_is_a_colleague(told: Story) -> None:
    names = {person.username for person in people()}
    mentioned = Counter(name for text in shown(told) for name in MENTION.findall(text))

    assert set(mentioned) <= names
    assert mentioned["ingrid"] >= 15


def test_nobody_follows_themselves_or_anybody_twice(told: Story) -> None:
    names = {person.username for person in people()}

    assert all(follow.who != follow.target for follow in told.follows)
    assert all({follow.who, follow.target} <= names for follow in told.follows)
    for several in (told.follows, told.tags, told.bookmarks, [(like.who, like.key) for like in told.likes]):
        assert len(set(several)) == len(several)


def test_nobody_likes_their_own_post_and_people_pin_what_they_wrote(
    told: Story, by_key: dict[str, Post]
) -> None:
    assert all(by_key[like.key].author != like.who for like in told.likes)
    assert all(by_key[pin.key].author == pin.who for pin in told.pins)
    assert len({pin.who for pin in told.pins}) == len(told.pins)
    assert "charge, rinse, zero" in next(by_key[pin.key].text for pin in told.pins if pin.who == "tomasz")


def test_followed_tags_are_used(told: Story) -> None:
    used = {tag for text in shown(told) for tag in re.findall(r"#([\w-]*\w)", text)}

    assert {followed.tag for followed in told.tags} <= used


def test_several_scripts_are_written(told: Story) -> None:
    written = "".join(shown(told))
    scripts_seen = {unicodedata.name(char, "?").split()[0] for char in set(written)}
    names_seen = {unicodedata.name(char, "?").split()[0] for p in people() for char in p.display_name}

    assert {"LATIN", "ARABIC", "DEVANAGARI", "HANGUL", "HIRAGANA", "CJK"} <= scripts_seen
    assert {"CYRILLIC", "GREEK", "ARABIC", "DEVANAGARI", "HANGUL", "CJK"} <= names_seen


def test_most_talk_is_english_and_much_of_it_answers_somebody(told: Story) -> None:
    texts = [post for post in told.posts if post.text]

    assert 0.75 < sum(post.language == "en" for post in texts) / len(texts) < 0.85
    assert 0.40 < sum(post.reply_to is not None for post in told.posts) / len(told.posts) < 0.50
    assert 0.07 < sum(post.repost_of is not None for post in told.posts) / len(told.posts) < 0.09


def test_enough_of_it_is_written_by_hand() -> None:
    by_hand = [script for name in ("today", "yesterday", "weeks") for script in scripts(name)]

    assert len(by_hand) >= 350
    assert sum(len(script.lines) >= 3 for script in by_hand) >= 60


def test_people_write_in_their_office_hours(told: Story) -> None:
    zone = {person.username: ZoneInfo(person.time_zone) for person in people()}
    old = [post for post in told.posts if post.minutes_ago > 600 and not post.reply_to and post.text]
    local = [(NOW.timestamp() - post.minutes_ago * 60, zone[post.author]) for post in old]
    at = [datetime.fromtimestamp(moment, tz) for moment, tz in local]

    assert sum(7 <= moment.hour < 19 for moment in at) / len(at) > 0.95
    assert sum(moment.weekday() < 5 for moment in at) / len(at) > 0.95


def test_ingrid_comes_to_a_lively_home(told: Story) -> None:
    followed = {follow.target for follow in told.follows if follow.who == "ingrid"}
    this_morning = [p for p in told.posts if p.author in followed and p.minutes_ago < 240]

    assert len(followed) >= 40
    assert len(this_morning) >= 60
    assert sum(person.manager == "ingrid" for person in people()) >= 5


def test_the_same_seed_tells_the_same_story(told: Story) -> None:
    assert story() == told
    assert story(seed=7) != told


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("weekday", [23, 26, 28, 29])
def test_it_can_be_told_on_any_day(weekday: int, seed: int) -> None:
    told = story(seed, datetime(2026, 11, weekday, 3, 20, tzinfo=UTC))

    assert len(told.posts) == stories.POSTS
    assert all(length(post.text) <= LIMIT for post in told.posts)


def test_the_company_has_ten_links_that_its_people_look_after_and_follow_on_working_days() -> None:
    assert len(links.LINKS) == len({one.name for one in links.LINKS}) == 10
    assert {one.owner for one in links.LINKS} <= {person.username for person in people()}

    for one in links.LINKS:
        assert names.checked(one.name) == one.name
        assert targets.checked(one.target, "https://talk.example") == one.target
        assert len(one.description) <= MAX_DESCRIPTION
        counted = dict(links.clicks(one, NOW.weekday(), random.Random(1)))
        weekend = sum(n for ago, n in counted.items() if (NOW.weekday() - ago) % 7 >= 5)
        assert sum(counted.values()) > 10 * weekend
        assert max(counted) < 8 * 7
