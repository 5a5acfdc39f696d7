"""Serves the pad's page in a language, its styles and script modules, kept to themselves."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from aiohttp import web

from bot import texts
from bot.playground import page_files
from bot.texts import Texts

FOLDER = Path(__file__).parent / "page"
_SHARED = ("theme.css", "dom.js", "nib.svg")  # the look that it has in common with the playground
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEADERS = page_files.HEADERS | {"Cache-Control": "no-store"}

_FILES = {
    path.name: path
    for path in (*FOLDER.iterdir(), *(page_files.FOLDER / name for name in _SHARED))
    if path.suffix in _TYPES
}
_PLACEHOLDER = re.compile(r"\{\{([a-z_.]+)\}\}")


async def index(request: web.Request) -> web.Response:
    """GET /pad/{language}: the page, without anything of a sheet; that comes to who has a link."""
    language = request.match_info["language"]
    if language not in texts.languages():
        raise web.HTTPNotFound(headers=HEADERS)
    return web.Response(text=_page(language), content_type="text/html", headers=HEADERS)


async def file(request: web.Request) -> web.Response:
    """GET /pad/files/{name}."""
    path = _FILES.get(request.match_info["name"])
    if path is None:
        raise web.HTTPNotFound(headers=HEADERS)
    return web.Response(
        body=path.read_bytes(),
        content_type=_TYPES[path.suffix],
        charset="utf-8",
        headers=HEADERS,
    )


def _page(language: str) -> str:
    """index.html with {{keys}} replaced by texts, and those for the scripts as JSON."""
    say = Texts(language)
    own = {
        key: text
        for key, text in (texts.load(texts.FALLBACK) | texts.load(language)).items()
        if key.startswith("pad.")
    }
    values = {"language": language, "texts": json.dumps(own).replace("<", "\\u003c")}

    def value(match: re.Match[str]) -> str:
        key = match[1]
        if key == "texts":
            return values[key]
        return html.escape(values[key] if key in values else say(key))

    page = (FOLDER / "index.html").read_text("utf-8")
    page = page.replace("{{desk}}", (FOLDER / "desk.html").read_text("utf-8"))
    return _PLACEHOLDER.sub(value, page)
