"""Discord around an Activity: its client, which frames the page, and the proxy that serves it.

Both stand behind one port with TLS. The browser is told that discord.com and discordsays.com are
there, so that origins, frames, policies and WebSockets are those of the real thing. People, codes
and instances are the playground's, and so are the proxy and what answers the SDK.
"""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.playground.activity_proxy import ActivityProxy
from bot.playground.model.entities import User
from bot.playground.page_files import FOLDER
from bot.playground.protocol.activities import Instance
from bot.playground.server import Playground
from tests.bot import chromium
from tests.bot.chromium import PATIENCE
from tests.bot.pad.artist import Artist

if TYPE_CHECKING:
    from playwright.async_api import Browser, FrameLocator

_PAGE = Path(__file__).parent / "client.html"


@dataclass
class DiscordClient:
    """target: what `/` is mapped to, as the developer portal has it. problems: what the browsers'
    consoles said of policies and scripts."""

    playground: Playground
    target: str
    port: int = 0
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.proxy = ActivityProxy(self.target)

    @property
    def application(self) -> int:
        return self.playground.world.bot.id

    @property
    def host(self) -> str:
        return f"{self.application}.discordsays.com"

    # -- the server

    @asynccontextmanager
    async def running(self, folder: Path) -> AsyncIterator[DiscordClient]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=_certificate(folder)).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await self.proxy.close()
            await runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.host == "discord.com":
            return await self._client(request)
        if request.host == self.host:
            return await self.proxy.serve(request)
        raise web.HTTPNotFound

    async def _client(self, request: web.Request) -> web.StreamResponse:
        people, activities = self.playground.world.users, self.playground.activities
        match request.path:
            case "/sim/authorize":
                code = activities.authorize(people[int(request.query["user"])])
                return web.json_response({"code": code})
            case "/sim/authenticate":
                said = activities.authenticated(await request.text())
                if said is None:
                    raise web.HTTPUnauthorized
                return web.json_response(said)
            case "/sim/activity_rpc.js":
                return web.FileResponse(FOLDER / "activity_rpc.js")
            case "/channels":
                pass
            case _:
                raise web.HTTPNoContent
        seat = json.dumps(json.loads(request.query["seat"])).replace("<", "\\u003c")
        page = _PAGE.read_text("utf-8").replace("SEAT", seat)
        return web.Response(text=page, content_type="text/html")

    # -- people's windows

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        """A browser for which Discord is here."""
        hosts = ["discord.com", "*.discordsays.com"]
        rules = ", ".join(f"MAP {host}:443 127.0.0.1:{self.port}" for host in hosts)
        async with chromium.launched(f"--host-resolver-rules={rules}") as browser:
            yield browser

    async def open(
        self,
        browser: Browser,
        user: User,
        instance: Instance,
        *,
        phone: bool = False,
        denies: bool = False,
        language: str = "en-US",
    ) -> Guest:
        """Open the Activity for somebody, in a window of their own."""
        size = {"width": 390, "height": 844} if phone else {"width": 1000, "height": 720}
        context = await browser.new_context(
            ignore_https_errors=True,
            viewport=size,  # pyright: ignore[reportArgumentType]
            has_touch=phone,
            is_mobile=phone,
            locale=language,
        )
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console",
            lambda said: self.problems.append(said.text) if said.type == "error" else None,
        )
        launched = {
            "instance_id": instance.id,
            "frame_id": "frame-1",
            "platform": "mobile" if phone else "desktop",
            "channel_id": str(instance.channel.id),
            "guild_id": str(instance.channel.guild_id),
            "location_id": "gc-1-2",
        }
        if phone:
            launched["mobile_app_version"] = "280.0"
        seat = {"client": str(self.application), "user": str(user.id), "query": launched}
        await page.goto(
            f"https://discord.com/channels?seat={json.dumps(seat | {'denies': denies})}"
        )
        return Guest(page)


class Guest(Artist):
    """Somebody in an Activity: everything but the pointer is inside the frame."""

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    async def at(self, x: float, y: float) -> tuple[float, float]:
        box = await self.frame.locator("#canvas").bounding_box()
        assert box is not None
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    async def saved(self) -> None:
        await self.frame.get_by_text("Saved", exact=True).wait_for()

    async def press(self, name: str) -> None:
        await self.frame.get_by_role("button", name=name, exact=True).click()

    async def sees(self, text: str) -> None:
        await self.frame.get_by_text(text).first.wait_for()

    async def has(self, view: str) -> None:
        """Wait until the page is of this kind: waiting, desk or watch."""
        await self.frame.locator(f'body[data-view="{view}"]').wait_for()

    async def painted(self) -> str:
        """Which pictures the watcher has seen by now: it grows with each."""
        return await self.frame.locator("#picture").get_attribute("data-painted") or "0"

    async def heard(self) -> list[str]:
        """The commands that the page gave Discord's client."""
        return await self.page.evaluate("window.heard")

    async def close(self) -> None:
        await self.page.context.close()


def _certificate(folder: Path) -> ssl.SSLContext:
    """For discord.com and its proxy, signed by nobody."""
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("openssl is not installed: no certificate for the Discord of these tests")
    key, crt = folder / "key.pem", folder / "crt.pem"
    names = "subjectAltName=DNS:discord.com,DNS:*.discordsays.com"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command = [tool, "req", "-x509", *kind, "-nodes", "-days", "2", "-subj", "/CN=discord.com"]
    command += ["-addext", names, "-keyout", str(key), "-out", str(crt)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(crt, key)
    return context
