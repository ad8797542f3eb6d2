"""Push messages as they leave: readable by their receiver only, signed, and small enough."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
import pytest

from officetalk.core.settings import Settings
from officetalk.push.entities import Receiver
from officetalk.push.keys import Keys, decode, encode
from officetalk.push.messages import Message, Payload, Signer, compose, contact_of
from officetalk.push.sealing import seal, unseal
from officetalk.push.wording import body, title
from tests.push.devices import Phone, b64
from tests.sites import Received

ENDPOINT = "https://push.example:8443/send/abc?d=1"
NOW = int(time.time())
KEYS = Keys(b"s" * 32, "a secret")
HELLO = Payload(
    "token",
    "en",
    115_000_000_000_000_001,
    "mention",
    "https://talk.test/1.svg",
    "Bo mentioned you",
    "Hi @ada",
)


def sent(phone: Phone, payload: Payload = HELLO, signer: Signer | None = None, now: int = NOW) -> Message:
    receiver = Receiver(phone.endpoint, phone.p256dh.rstrip("="), encode(phone.auth), phone.standard)
    return compose(payload, receiver, signer or Signer(KEYS, "mailto:talk@example.com"), now)


def received(message: Message) -> Received:
    return Received("POST", "/", {n.lower(): v for n, v in message.headers.items()}, message.body)


@pytest.mark.parametrize("standard", [True, False])
def test_the_receiver_reads_mastodons_payload(standard: bool) -> None:
    phone = Phone(ENDPOINT, standard=standard)

    message = sent(phone)

    assert phone.reads(received(message)) == {
        "access_token": "token",
        "preferred_locale": "en",
        "notification_id": 115_000_000_000_000_001,
        "notification_type": "mention",
        "icon": "https://talk.test/1.svg",
        "title": "Bo mentioned you",
        "body": "Hi @ada",
    }
    assert b"mentioned" not in message.body


@pytest.mark.parametrize("standard", [True, False])
def test_nobody_else_does(standard: bool) -> None:
    phone, other = (Phone(ENDPOINT, standard=standard) for _ in range(2))
    message = received(sent(phone))
    half = Phone(ENDPOINT, standard=standard)
    half.key = phone.key  # without the secret

    for stranger in (other, half):
        with pytest.raises(Exception, match="Decryption"):
            stranger.reads(message)


def test_each_message_has_keys_of_its_own() -> None:
    phone = Phone(ENDPOINT)

    assert sent(phone).body[:16] != sent(phone).body[:16]
    assert sent(phone).body[21:86] != sent(phone).body[21:86]


@pytest.mark.parametrize("standard", [True, False])
def test_the_sender_is_signed_for_this_push_service_and_some_hours(standard: bool) -> None:
    phone = Phone(ENDPOINT, standard=standard)

    claims, key = phone.signature(received(sent(phone)))

    assert claims["aud"] == "https://push.example:8443"
    assert claims["sub"] == "mailto:talk@example.com"
    assert NOW < claims["exp"] <= NOW + 24 * 3600
    assert key == KEYS.public.rstrip("=")


def test_a_signature_is_made_anew_before_it_ends() -> None:
    signer = Signer(KEYS, "mailto:talk@example.com")

    first = signer.token(ENDPOINT, NOW)

    assert signer.token(ENDPOINT + "/other", NOW + 3600) == first
    assert signer.token("https://other.example/", NOW) != first
    later = signer.token(ENDPOINT, NOW + 23 * 3600)
    claims = jwt.decode(later, options={"verify_signature": False})
    assert NOW + 23 * 3600 < claims["exp"] <= NOW + 47 * 3600
    # A clock that was set back must not leave a signature for more than a day ahead.
    claims = jwt.decode(signer.token(ENDPOINT, NOW), options={"verify_signature": False})
    assert claims["exp"] <= NOW + 24 * 3600


def test_headers_of_both_kinds() -> None:
    standard, draft = (sent(Phone(ENDPOINT, standard=s)).headers for s in (True, False))

    for headers in (standard, draft):
        assert (headers["TTL"], headers["Urgency"]) == ("172800", "normal")
        assert headers["Content-Type"] == "application/octet-stream"
        assert len(headers["Topic"]) <= 32
    assert standard["Content-Encoding"] == "aes128gcm"
    assert not {"Encryption", "Crypto-Key"} & set(standard)
    assert draft["Content-Encoding"] == "aesgcm"
    assert draft["Encryption"].startswith("salt=") and "=" not in draft["Encryption"][5:]
    assert draft["Crypto-Key"].startswith("dh=") and ";p256ecdsa=" in draft["Crypto-Key"]


@pytest.mark.parametrize("standard", [True, False])
@pytest.mark.parametrize("character", ["x", "ä", "🏔", '"', "\u0001"])
def test_whatever_is_said_fits(standard: bool, character: str) -> None:
    phone = Phone(ENDPOINT, standard=standard)
    long = Payload("t" * 43, "en", 1, "mention", "https://talk.test/1.svg", "Title", character * 6000)

    message = sent(phone, long)

    assert len(message.body) <= 4096
    found = phone.reads(received(message))
    assert found["title"] == "Title"
    assert found["icon"] and len(found["body"]) > 400 and found["body"].endswith("…")


def test_a_long_title_and_icon_fit_too() -> None:
    phone = Phone(ENDPOINT)
    long = Payload("t" * 43, "en", 1, "mention", "https://talk.test/" + "i" * 5000, "T" * 9000, "B" * 9000)

    found = phone.reads(received(sent(phone, long)))

    assert found["access_token"] == "t" * 43
    assert found["notification_id"] == 1


def test_the_contact_is_whoever_sends_mails_or_else_the_server() -> None:
    with_mail = Settings(mail_from="Talk <talk@example.com>", public_url="https://talk.test")
    secure = Settings(public_url="https://talk.test")
    plain = Settings(public_url="http://talk.test:8080")

    assert contact_of(with_mail) == "mailto:talk@example.com"
    assert contact_of(secure) == "https://talk.test"
    assert contact_of(plain) == "mailto:postmaster@talk.test"


# --- words -----------------------------------------------------------------------------------------------


def test_words_are_cut_with_an_ellipsis() -> None:
    assert body("short\n text") == "short text"
    assert body("x" * 200) == "x" * 139 + "…"
    assert title("favourite", "Bo {name}") == "Bo {name} liked your post"
    assert title("follow", "Bo %(who)s 100%") == "Bo %(who)s 100% follows you"
    assert title("poll", "Bo") == "A poll that you voted in has ended"
    assert title("poll", "Ada", own=True) == "Your poll has ended"
    assert title("moderation_warning", "Bo") == "Something new from Bo"


# --- keys and tokens ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["-_-_", "+/+/", "-_-_AA==", "-_-_AA", "+/+/AA=="])
def test_keys_come_in_either_alphabet_padded_or_not(text: str) -> None:
    assert decode(text)[:3] == b"\xfb\xff\xbf"


@pytest.mark.parametrize("text", ["ä", "a b c d", "a", "%%%%", "AAA\n=A"])
def test_what_is_no_base64_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(text)


def test_a_token_is_sealed_for_its_own_row_and_key() -> None:
    sealed = seal(KEYS, "secret-token", 17)

    assert "secret" not in sealed and b"secret" not in decode(sealed)
    assert unseal(KEYS, sealed, 17) == "secret-token"
    assert seal(KEYS, "secret-token", 17) != sealed
    assert unseal(KEYS, sealed, 18) is None
    assert unseal(Keys(b"s" * 32, "another"), sealed, 17) is None
    for broken in ("", "AAAA", sealed[:-4], "ä"):
        assert unseal(KEYS, broken, 17) is None


def test_the_public_key_is_as_mastodons() -> None:
    point: Any = decode(KEYS.public)

    assert len(point) == 65 and point[0] == 4
    assert KEYS.public == b64(point)
    assert json.dumps(KEYS.public).isascii()
