"""Where the page connects, and sends files to."""

from __future__ import annotations

import secrets

from aiohttp import web

from bot.playground.model.uploads import MAX_FILE, MAX_FILES, UploadedFile
from bot.playground.protocol.access import is_loopback, same_secret
from bot.playground.users.people import People
from bot.playground.users.tab import Tab

MAX_FRAME = 64 * 1024  # bytes of one message from a tab


class PageSocket(People):
    """People, as they come in over HTTP."""

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """GET /people/socket.

        Other sites' pages are turned away by their Origin, and names that merely resolve to
        this machine (DNS rebinding) by what the browser takes for the host.
        """
        foreign = self.join_key is None and not is_loopback(request.url.host or "")
        if foreign or request.headers.get("Origin", "").split("//")[-1] != request.host:
            raise web.HTTPForbidden(text="This page may not connect here.")
        if not self.has_key(request.query.get("key", "")):
            raise web.HTTPForbidden(text="The key is missing from the address.")
        socket = web.WebSocketResponse(max_msg_size=MAX_FRAME, heartbeat=30)
        await socket.prepare(request)
        tab = Tab(self, socket)
        self.tabs.add(tab)
        try:
            await tab.run()
        finally:
            self.tabs.discard(tab)
        return socket

    async def send_away(self, _: web.Application) -> None:
        """Close every tab's socket; the page comes back as soon as it can."""
        for tab in self.tabs:
            tab.leave()

    async def take_upload(self, request: web.Request) -> web.Response:
        """POST /people/files: one file as the body, its name and the seat's secret in headers."""
        secret = request.headers.get("X-Seat", "")
        seat = next((s for s in self.seats.values() if same_secret(secret, s.secret)), None)
        if seat is None:
            raise web.HTTPForbidden(text="Join first.")
        if len(seat.files) >= 4 * MAX_FILES:
            seat.files.pop(next(iter(seat.files)))
        data = await request.content.read(MAX_FILE + 1)
        while len(data) <= MAX_FILE and (more := await request.content.read(MAX_FILE + 1)):
            data += more
        if len(data) > MAX_FILE:
            raise web.HTTPRequestEntityTooLarge(MAX_FILE, len(data), text="At most 10 MiB a file.")
        key = secrets.token_urlsafe(9)
        seat.files[key] = UploadedFile(request.query.get("name", "file")[:200], data)
        return web.json_response({"file": key})
