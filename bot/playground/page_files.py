"""Serves the page: its HTML, styles and script modules, with headers that keep it to itself."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.playground.users.page_socket import PageSocket

FOLDER = Path(__file__).parent / "page"
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}

# Scripts and styles only from here, no plug-ins, no forms to other places, and no frames but the
# Activity's, which comes from here too.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class PageFiles:
    """GET / for those who have the key, and GET /page/{name} for what belongs to it."""

    def __init__(self, people: PageSocket) -> None:
        self._people = people
        self._files = {path.name: path for path in FOLDER.iterdir() if path.suffix in _TYPES}

    async def index(self, request: web.Request) -> web.Response:
        if not self._people.has_key(request.query.get("key", "")):
            raise web.HTTPForbidden(
                text="This playground is open to guests with the whole address only: "
                "ask whoever started it for the one that ends in ?key=…",
                headers=HEADERS,
            )
        return self._answer("index.html")

    async def file(self, request: web.Request) -> web.Response:
        return self._answer(request.match_info["name"])

    def _answer(self, name: str) -> web.Response:
        path = self._files.get(name)
        if path is None:
            raise web.HTTPNotFound(headers=HEADERS)
        kind = _TYPES[path.suffix]
        return web.Response(
            body=path.read_bytes(), content_type=kind, charset="utf-8", headers=HEADERS
        )
