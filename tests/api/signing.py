"""Signing an app in, as a person does it with a browser: by OAuth's code with PKCE, through the pages."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import secrets
from urllib.parse import urlencode

import httpx
from mastodon import Mastodon

from tests.e2e.conftest import PASSWORD, Server

SCOPES = ["read", "write", "follow", "push"]
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


def sign_in(server: Server, name: str, more_scopes: tuple[str, ...] = ()) -> Mastodon:
    """As a person does it: the app opens the page, the person signs in and says yes, the app gets a code."""
    scopes = [*SCOPES, *more_scopes]
    client_id, secret = Mastodon.create_app("Pocket", scopes=scopes, api_base_url=server.url)
    verifier = secrets.token_urlsafe(48)
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": OUT_OF_BAND,
        "scope": " ".join(scopes),
        "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
    }
    token = httpx.post(
        f"{server.url}/oauth/token",
        data={
            "grant_type": "authorization_code",
            "client_id": client_id,
            "client_secret": secret,
            "redirect_uri": OUT_OF_BAND,
            "code": code_for(f"{server.url}/oauth/authorize?{urlencode(asked)}", name, "Pocket"),
            "code_verifier": verifier,
        },
    ).json()
    return Mastodon(
        client_id=client_id,
        client_secret=secret,
        access_token=token["access_token"],
        api_base_url=server.url,
        ratelimit_method="throw",
    )


def code_for(url: str, name: str, app: str) -> str:
    """Open the address that an app gives, sign in, say yes to it, and read the code that is shown."""
    with httpx.Client(follow_redirects=True) as browser:
        page = _submit(browser, browser.get(url), login=name, password=PASSWORD)
        assert app in page.text, page.text
        page = _submit(browser, page, decision="allow")
    code = re.search(r'id="code" value="([^"]+)"', page.text)
    assert code is not None, page.text
    return code[1]


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _submit(browser: httpx.Client, page: httpx.Response, **values: str) -> httpx.Response:
    """Fill in the page's first form, hidden fields as they are, and send it."""
    form = re.search(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    assert form is not None, page.text
    hidden = {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form[2])
    }
    origin = f"{page.url.scheme}://{page.url.netloc.decode()}"
    return browser.post(
        page.url.join(html.unescape(form[1])), data=hidden | values, headers={"origin": origin}
    )
