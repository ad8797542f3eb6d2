"""Signing an app in, as a person does it with a browser: by OAuth's code with PKCE, through the pages."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import secrets

import httpx
from mastodon import Mastodon

from tests.e2e.conftest import PASSWORD, Server

SCOPES = ["read", "write", "follow", "push"]
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


def sign_in(server: Server, name: str) -> Mastodon:
    """As a person does it: the app opens the page, the person signs in and says yes, the app gets a code."""
    client_id, secret = Mastodon.create_app("Pocket", scopes=SCOPES, api_base_url=server.url)
    verifier = secrets.token_urlsafe(48)
    with httpx.Client(base_url=server.url, follow_redirects=True) as browser:
        page = browser.get(
            "/oauth/authorize",
            params={
                "response_type": "code",
                "client_id": client_id,
                "redirect_uri": OUT_OF_BAND,
                "scope": " ".join(SCOPES),
                "code_challenge": _challenge(verifier),
                "code_challenge_method": "S256",
            },
        )
        page = _submit(browser, page, login=name, password=PASSWORD)
        assert "Pocket" in page.text, page.text
        page = _submit(browser, page, decision="allow")
        code = re.search(r'id="code" value="([^"]+)"', page.text)
        assert code is not None, page.text
        token = browser.post(
            "/oauth/token",
            data={
                "grant_type": "authorization_code",
                "client_id": client_id,
                "client_secret": secret,
                "redirect_uri": OUT_OF_BAND,
                "code": code[1],
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
    return browser.post(html.unescape(form[1]), data=hidden | values, headers={"origin": origin})
