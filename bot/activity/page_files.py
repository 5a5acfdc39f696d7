"""Serves the Activity's page, which Discord frames, and what belongs to it."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot import texts
from bot.pad import page_files
from games.words.matching import GUESS_LENGTH

FOLDER = Path(__file__).parent / "page"
SDK = Path(__file__).parent / "vendor" / "discord-embedded-app-sdk.js"

# The pad's, but that Discord may frame it: the client's page, and where the proxy serves ours.
# 'self' is for the page's socket too; older WebKit wants to be told.
# docs: https://docs.discord.com/developers/activities/development-guides/networking
ANCESTORS = "https://discord.com https://*.discord.com https://*.discordsays.com"
HEADERS = page_files.HEADERS | {
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob:",
            "connect-src 'self' wss://*.discordsays.com",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {ANCESTORS}",
        ]
    )
}

FILES = page_files.FILES | {
    path.name: path for path in (SDK, *FOLDER.iterdir()) if path.suffix in page_files.TYPES
}


def index(request: web.Request, client: int) -> web.Response:
    """The page, without anything of a game. client: the OAuth2 id that its SDK needs."""
    language = wanted(request.headers.get("Accept-Language", ""))
    page = page_files.filled(
        FOLDER / "index.html", language, ("pad.", "activity."), client=client, longest=GUESS_LENGTH
    )
    return web.Response(text=page, content_type="text/html", headers=HEADERS)


async def file(request: web.Request) -> web.Response:
    """A style, a script or a picture of the page."""
    return page_files.answer(FILES, request.match_info["name"], HEADERS)


def wanted(header: str) -> str:
    """The language that a browser would like best of those there are (RFC 9110, 12.5.4)."""
    asked: list[tuple[float, str]] = []
    for entry in header[:500].split(","):
        name, _, weight = entry.strip().partition(";q=")
        try:
            asked.append((float(weight or 1), name.split("-")[0].lower()))
        except ValueError:
            continue
    best = sorted(asked, key=lambda one: -one[0])
    return next((name for _, name in best if name in texts.languages()), texts.FALLBACK)
