"""The way out: to an address on another site."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from officetalk.web.visit import Visit

_KEPT = ":/%#?=@[]!$&'()*+,;"  # as Starlette's redirects do it


def leave(visit: Visit, url: str) -> Response:
    """Lead on to another site, which does not learn from which page one comes.

    Browsers hold the whole way that a form leads to against the policy of the form's page (CSP `form-action`), so
    a redirect after the sign-in would be blocked: there a page goes on by itself.
    """
    headers = {"Referrer-Policy": "no-referrer"}
    if not visit.came_from().startswith("/sign-in"):
        return RedirectResponse(url, 302, headers=headers)
    headers["Refresh"] = f"0; url={quote(url, safe=_KEPT)}"
    return visit.render("leave.html", headers=headers, url=url)
