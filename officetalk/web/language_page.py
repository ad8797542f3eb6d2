"""The language in which the pages speak, for whoever has not chosen one in the settings: the browser's, or the
one that was chosen on the sign-in page, which a cookie keeps."""

from __future__ import annotations

from starlette.responses import Response

from officetalk.core.errors import NotFound
from officetalk.core.translation import LANGUAGES
from officetalk.web.page import page
from officetalk.web.visit import LANGUAGE_COOKIE, Visit

_YEAR_S = 365 * 24 * 3600


@page("/language/{code}", public=True)
async def choose_language(visit: Visit) -> Response:
    """Changes nothing but the words of the next pages, so a link does it."""
    code = visit.path["code"]
    if code not in LANGUAGES:
        raise NotFound
    response = visit.redirect(visit.came_from("/sign-in"))
    response.set_cookie(
        LANGUAGE_COOKIE,
        code,
        max_age=_YEAR_S,
        path="/",
        secure=visit.services.settings.secure,
        httponly=True,
        samesite="lax",
    )
    return response
