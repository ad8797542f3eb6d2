"""Pictures: the uploaded ones, and portraits and covers that are drawn for those who have none.

Drawn ones look as the style sheet draws them (assets/css/components/avatar.css): the same hues and shapes.
They are for API clients, which need a picture's address; our own pages draw with CSS.
"""

from __future__ import annotations

from html import escape

from starlette.responses import Response, StreamingResponse

from officetalk.accounts import queries as accounts
from officetalk.core.errors import NotFound, Unauthorized
from officetalk.media import pictures
from officetalk.web.colours import srgb
from officetalk.web.faces import initials, look_of
from officetalk.web.page import page
from officetalk.web.thread_page import post_id
from officetalk.web.visit import Visit

_HUES = (12, 38, 62, 95, 128, 156, 182, 208, 236, 262, 318, 346)
_CORS = {"Access-Control-Allow-Origin": "*"}  # web clients live elsewhere; no cookies come with such requests
_KEEP = {**_CORS, "Cache-Control": "private, max-age=31536000, immutable"}
_KEEP_A_DAY = {**_CORS, "Cache-Control": "private, max-age=86400"}


async def _signed_in(visit: Visit) -> None:
    """A session, an access token, or an address that was signed for somebody who is."""
    url = visit.request.url
    if visit.viewer is not None or visit.services.signer.is_signed(url.path, url.query):
        return
    kind, _, token = visit.request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or await visit.services.viewer_of_token(token.strip()) is None:
        raise Unauthorized


# Public as declared, since a token does as well as a session: _signed_in decides.
@page("/media/{file}", public=True)
async def uploaded(visit: Visit) -> Response:
    await _signed_in(visit)
    storage, name = visit.services.media.storage, pictures.checked(visit.path["file"])
    size = await storage.size(name)
    if size is None:
        raise NotFound
    headers = {**_KEEP, "Content-Length": str(size)}
    if visit.request.method == "HEAD":
        return Response(headers=headers, media_type=pictures.CONTENT_TYPE)
    pieces = await storage.open(name, 0, size)
    return StreamingResponse(pieces, headers=headers, media_type=pictures.CONTENT_TYPE)


@page("/avatars/{id}.svg", public=True)
async def drawn_avatar(visit: Visit) -> Response:
    await _signed_in(visit)
    person = await visit.read(accounts.visible, post_id(visit))
    return _svg(avatar_svg(person.id, person.account.name))


@page("/headers/{id}.svg", public=True)
async def drawn_header(visit: Visit) -> Response:
    await _signed_in(visit)
    person = await visit.read(accounts.visible, post_id(visit))
    return _svg(header_svg(person.id))


def _svg(text: str) -> Response:
    return Response(text, media_type="image/svg+xml", headers=_KEEP_A_DAY)


def avatar_svg(account_id: int, name: str) -> str:
    """The drawn portrait, 400 by 400, square: clients cut it as they like."""
    index, shape = look_of(account_id)
    hue = _HUES[index]
    dark, bright = srgb(0.545, 0.118, hue), srgb(0.685, 0.122, hue + 40)
    ground, drawn = (
        dark,
        {
            0: f'<circle cx="400" cy="0" r="294" fill="{bright}"/>',
            1: f'<circle cx="0" cy="400" r="294" fill="{bright}"/>',
            2: f'<circle cx="200" cy="472" r="266" fill="{bright}"/>',
            3: f'<path d="M400 0V400H0Z" fill="{bright}"/>',
            4: f'<circle cx="32" cy="0" r="282" fill="{bright}"/>',
            5: f'<circle cx="200" cy="200" r="130" fill="{dark}"/>',
        }[shape],
    )
    if shape == 5:
        ground = bright
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><rect width="400" height="400" fill="{ground}"/>{drawn}'
        f'<text x="200" y="200" dy=".35em" text-anchor="middle" fill="{srgb(0.99, 0.01, hue)}" font-size="144" font-weight="600" '
        f'font-family="Hanken Grotesk, Segoe UI, system-ui, sans-serif">{escape(initials(name))}</text></svg>'
    )


def header_svg(account_id: int) -> str:
    """The drawn cover, 1500 by 500."""
    hue = _HUES[look_of(account_id)[0]]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1500 500">'
        f'<rect width="1500" height="500" fill="{srgb(0.80, 0.085, hue)}"/>'
        f'<circle cx="870" cy="950" r="600" fill="{srgb(0.66, 0.11, hue - 14)}"/>'
        f'<circle cx="150" cy="-350" r="640" fill="{srgb(0.70, 0.105, hue)}"/>'
        f'<circle cx="1290" cy="625" r="470" fill="{srgb(0.90, 0.075, hue + 48)}"/></svg>'
    )
