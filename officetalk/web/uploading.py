"""Pictures, films and sounds on their way into a post: the page's script sends each as soon as it is chosen,
tells how far it is, and asks until a film is processed."""

from __future__ import annotations

import contextlib
import math
from typing import Any

from starlette.responses import JSONResponse, Response

from officetalk.core.errors import Invalid, Problem
from officetalk.http.parameters import File
from officetalk.media import attachments, uploads
from officetalk.media.attachments import Uploaded
from officetalk.web import composing
from officetalk.web.forms import sentence
from officetalk.web.page import page
from officetalk.web.visit import Visit


def focus_of(text: str) -> tuple[float, float] | None:
    """A focal point as the form has it: "0.5,-0.3"; None where there is none."""
    if not text:
        return None
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        x = y = math.nan
    if not (math.isfinite(x) and math.isfinite(y)):
        raise Invalid("focus", "must be two numbers from -1 to 1, such as 0.5,-0.3")
    return max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y))


async def take(visit: Visit, file: File) -> Uploaded:
    """Keep an upload of the viewer's. Invalid with the field `file`."""
    visit.services.limits.hit("media", f"s{visit.me_as_viewer.session_id}")
    return await uploads.take(visit.services.db, visit.services.media, visit.me.id, file.stream)


def _told(visit: Visit, found: Uploaded) -> dict[str, Any]:
    """An upload for the script. `preview` is empty while it is processed, `state` as attachments has it."""
    shown = composing.pictures(visit, (found.attachment,), found.state == "ready")[0]
    return {"id": str(shown.id), "kind": shown.kind, "preview": shown.preview, "state": found.state}


@page("/media/uploads", ("POST",), files=True)
async def upload(visit: Visit) -> Response:
    """One file; answers with what became of it, or with the sentence that says why not."""
    file = visit.form.get("file")
    if not isinstance(file, File):
        raise Invalid("file", "can't be blank", "ERR_BLANK")
    with contextlib.closing(file.stream):
        try:
            found = await take(visit, file)
        except Problem as problem:
            return JSONResponse({"error": sentence("", problem)}, problem.status)
    return JSONResponse(_told(visit, found))


@page("/media/uploads/{id:int}")
async def state(visit: Visit) -> Response:
    """Whether a film is processed by now."""
    found = await visit.read(attachments.free, visit.me.id, visit.path_id)
    return JSONResponse(_told(visit, found))


@page("/media/uploads/{id:int}/remove", ("POST",))
async def remove(visit: Visit) -> Response:
    """It was not meant: the file goes too."""
    await visit.write(attachments.remove, visit.me.id, visit.path_id)
    return Response(status_code=204)
