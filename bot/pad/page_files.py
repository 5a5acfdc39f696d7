"""Serves the pad's page in a language, its styles and script modules, kept to themselves."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from bot import texts
from bot.playground import page_files
from bot.texts import Texts

FOLDER = Path(__file__).parent / "page"
_SHARED = ("theme.css", "dom.js", "nib.svg")  # the look that it has in common with the playground
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEADERS = page_files.HEADERS | {"Cache-Control": "no-store"}

FILES = {
    path.name: path
    for path in (*FOLDER.iterdir(), *(page_files.FOLDER / name for name in _SHARED))
    if path.suffix in TYPES
}
_PLACEHOLDER = re.compile(r"\{\{([a-z_.]+)\}\}")


async def index(request: web.Request) -> web.Response:
    """GET /pad/{language}: the page, without anything of a sheet; that comes to who has a link."""
    language = request.match_info["language"]
    if language not in texts.languages():
        raise web.HTTPNotFound(headers=HEADERS)
    page = filled(FOLDER / "index.html", language, ("pad.",))
    return web.Response(text=page, content_type="text/html", headers=HEADERS)


async def file(request: web.Request) -> web.Response:
    """GET /pad/files/{name}."""
    return answer(FILES, request.match_info["name"], HEADERS)


def answer(files: Mapping[str, Path], name: str, headers: Mapping[str, str]) -> web.Response:
    """One of a page's files. Raises HTTPNotFound."""
    path = files.get(name)
    if path is None:
        raise web.HTTPNotFound(headers=headers)
    return web.Response(
        body=path.read_bytes(), content_type=TYPES[path.suffix], charset="utf-8", headers=headers
    )


def filled(page: Path, language: str, prefixes: tuple[str, ...], **values: object) -> str:
    """A page with its {{keys}} replaced by texts and `values`, and {{desk}} by the desk.

    {{texts}} are those whose keys begin with one of `prefixes`, for the scripts, as JSON.
    """
    say = Texts(language)
    own = {
        key: text
        for key, text in (texts.load(texts.FALLBACK) | texts.load(language)).items()
        if key.startswith(prefixes)
    }

    def value(match: re.Match[str]) -> str:
        key = match[1]
        if key == "texts":
            return json.dumps(own).replace("<", "\\u003c")
        return html.escape(str(values[key]) if key in values else say(key))

    values |= {"language": language}
    whole = page.read_text("utf-8").replace("{{desk}}", (FOLDER / "desk.html").read_text("utf-8"))
    return _PLACEHOLDER.sub(value, whole)
