"""What the bot's web server serves of the pad: the page, its files, and the tabs' WebSockets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.pad import page_files
from bot.pad.pad import Pad
from bot.pad.tab import HEARTBEAT, MAX_MESSAGE, Tab


def tabs(pad: Pad) -> Callable[[web.Request], Awaitable[web.WebSocketResponse]]:
    """Answers the WebSockets of a page's tabs."""

    async def socket(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(
            max_msg_size=MAX_MESSAGE, heartbeat=HEARTBEAT, compress=False, timeout=5.0
        )
        await socket.prepare(request)
        await Tab(pad, socket).run()
        return socket

    return socket


def join(pad: Pad, app: web.Application) -> None:
    """Let a web server serve the pad."""

    async def shut(_: web.Application) -> None:
        pad.leave()

    app.router.add_get("/pad/socket", tabs(pad))
    app.router.add_get("/pad/files/{name}", page_files.file)
    app.router.add_get("/pad/{language}", page_files.index)
    app.on_shutdown.append(shut)
