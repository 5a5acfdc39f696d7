"""What the bot's web server serves of the Activity: the page, the door, and the pages' WebSockets.

Discord's proxy leads `/` here, and from there everything that a page asks for:
docs: https://docs.discord.com/developers/activities/development-guides/local-development#url-mapping
"""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.activity import page_files
from bot.activity.session import MAX_MESSAGE, PREFIX, Pictures, Session
from bot.activity.visitors import NotLetIn, Visitors
from bot.client import Penguess
from bot.kit.token_bucket import TokenBucket
from bot.pad import routes as pad_routes
from bot.pad.close_codes import GOING_AWAY
from bot.pad.tab import HEARTBEAT

log = logging.getLogger(__name__)

MOST = 150
"""Pages that may be open at once: each holds two of the server's connections at most."""

_PACE, _BURST = 5.0, 40.0  # people who come in, a second
_REQUEST = 2048  # bytes
_RETRY = "2"  # seconds


class Entry(BaseModel):
    """What a page brings to the door: Discord's code, and the instance that it runs in."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    code: Annotated[str, Field(max_length=512, pattern=r"^[\w.-]+$")]
    instance: Annotated[str, Field(max_length=256, pattern=r"^[\w-]+$")]


class Door:
    """Lets people in who are what they say, and not too many at once."""

    def __init__(self, bot: Penguess, visitors: Visitors) -> None:
        self._bot = bot
        self._visitors = visitors
        # The proxy hides who comes, so all wait together.
        self._comers = TokenBucket(_PACE, _BURST)
        self._pictures = Pictures()
        self._open: set[web.WebSocketResponse] = set()

    async def index(self, request: web.Request) -> web.Response:
        client = self._visitors.client
        if client is None:
            raise web.HTTPServiceUnavailable(headers=page_files.HEADERS | {"Retry-After": _RETRY})
        return page_files.index(request, client)

    async def token(self, request: web.Request) -> web.Response:
        """POST: an Entry; the answer has the page's pass and what its SDK authenticates with."""
        try:
            if not self._comers.spare():
                raise NotLetIn(429, "activity.busy")
            if request.content_length is None or request.content_length > _REQUEST:
                raise NotLetIn(413, "activity.refused")
            entry = Entry.model_validate_json(await request.read())
            visitor = await self._visitors.let_in(entry.code, entry.instance)
        except ValidationError:
            return _refusal(400, "activity.refused")
        except NotLetIn as reason:
            return _refusal(reason.status, reason.why)
        admission = await self._bot.pad.admission(f"{PREFIX}{visitor.channel}", visitor.person)
        body = {"access_token": visitor.token, "pass": admission}
        return web.json_response(body, headers=page_files.HEADERS)

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        if len(self._open) >= MOST:
            raise web.HTTPServiceUnavailable(headers=page_files.HEADERS | {"Retry-After": _RETRY})
        socket = web.WebSocketResponse(
            max_msg_size=MAX_MESSAGE, heartbeat=HEARTBEAT, compress=False, timeout=5.0
        )
        await socket.prepare(request)
        self._open.add(socket)
        try:
            await Session(self._bot, self._pictures, socket).run()
        finally:
            self._open.discard(socket)
        return socket

    async def shut(self, _: web.Application) -> None:
        await asyncio.gather(*(socket.close(code=GOING_AWAY) for socket in list(self._open)))
        await self._visitors.close()


def join(bot: Penguess, app: web.Application) -> None:
    """Let a web server serve the Activity, where the operator has switched it on."""
    secret = bot.config.client_secret
    if secret is None:
        return
    door = Door(bot, Visitors(bot, secret, bot.config.client_id))
    app.router.add_get("/activity", door.index)
    app.router.add_get("/activity/", door.index)
    app.router.add_get("/activity/files/{name}", page_files.file)
    app.router.add_post("/activity/token", door.token)
    app.router.add_get("/activity/socket", door.socket)
    app.router.add_get("/activity/pad/socket", pad_routes.tabs(bot.pad))
    app.on_shutdown.append(door.shut)


def _refusal(status: int, why: str) -> web.Response:
    headers = page_files.HEADERS | ({"Retry-After": _RETRY} if status in (429, 502) else {})
    return web.json_response({"why": why}, status=status, headers=headers)
