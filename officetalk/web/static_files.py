"""The built assets. Their names carry a hash of the content, so browsers keep them for ever; they are
compressed once and held in memory (some 300 KB)."""

from __future__ import annotations

import gzip
import mimetypes
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from officetalk.web.icons import STATIC, manifest

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")
_COMPRESSED = (".woff2", ".png", ".webp")


@lru_cache(maxsize=64)
def _file(name: str) -> tuple[bytes, bytes | None, str]:
    """Content, gzip of it where that is smaller, and type."""
    content = (STATIC / name).read_bytes()
    packed = None if name.endswith(_COMPRESSED) else gzip.compress(content, 9, mtime=0)
    return content, packed, mimetypes.guess_type(name)[0] or "application/octet-stream"


async def static(request: Request) -> Response:
    """A built file, by its hashed name. Only what the manifest lists."""
    asked = request.path_params["name"]
    name = manifest().get(asked, asked)  # the API tells addresses without the hash, as /static/mark.svg
    if name != "licenses.txt" and name not in manifest().values():
        return Response("There is no such file.\n", 404, media_type="text/plain")
    content, packed, kind = _file(name)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if name == asked else "public, max-age=3600",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    if packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type=kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(content, media_type=kind, headers=headers)
