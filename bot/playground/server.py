"""Puts the parts together and runs them on one port."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Self

from aiohttp import web

from bot.playground import routes
from bot.playground.activity_proxy import PREFIX, ActivityProxy
from bot.playground.faults import Faults
from bot.playground.gateway import Gateway
from bot.playground.model.clock import Clock
from bot.playground.model.permission import EVERYONE, Permission
from bot.playground.model.uploads import MAX_FILE, MAX_FILES, Uploads
from bot.playground.model.world import Event, World
from bot.playground.page_files import PageFiles
from bot.playground.protocol.access import as_reached, is_loopback
from bot.playground.protocol.activities import Activities
from bot.playground.protocol.commands import Commands
from bot.playground.protocol.contract import Contract
from bot.playground.protocol.interactions import Desk
from bot.playground.protocol.limits import Limits
from bot.playground.rest import Api, Rest
from bot.playground.storage import Storage
from bot.playground.users.page_socket import PageSocket

INVITED_AFTER = 1.0
"""Seconds. Libraries take guilds that come right after READY for those the bot was in before."""


class Playground:
    """A running playground.

    host, port: where to listen; port 0 takes a free one, `url` says which. Anything but a
    loopback address lets other machines in, and then people need `join_key`.
    token: what the bot logs in with; a random one by default.
    generosity: multiplies the rate limits.
    invites: the first who is here with the bot has just invited it, so that it says hello: in their
        language, which is the guild's.
    awaits_bot: one is on its way; until it is here, what people ask of it waits.
    lenient: the bot may delete what others wrote, so that guesses in the chat can be tried; a
        switch in the page changes it.
    folder: where the world is kept from one run to the next; without one it ends with the process.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = None,
        clock: Clock | None = None,
        generosity: float = 1.0,
        lenient: bool = False,
        invites: bool = False,
        awaits_bot: bool = False,
        shards: int = 1,
        contract: Contract | None = None,
        folder: Path | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.token = token or secrets.token_urlsafe(32)
        join_key = None if is_loopback(host) else secrets.token_urlsafe(12)
        granted = EVERYONE | Permission.MANAGE_MESSAGES if lenient else EVERYONE
        self.world = World(clock, bot_permissions=granted)
        self.clock = self.world.clock
        self.uploads = Uploads(self.world)
        self.commands = Commands(self.world)
        self.activities = Activities(self.world)
        self.desk = Desk(self.world, self.uploads)
        self.desk.activities = lambda: self.commands.has_entry_point
        self.gateway = Gateway(self.world, self.desk, self.token, shards=shards)
        self.faults = Faults(self.world, self.gateway)
        limits = Limits(self.clock, generosity)
        api = Api(
            self.world,
            self.uploads,
            self.desk,
            self.commands,
            self.activities,
            self.gateway,
            limits,
        )
        checked = contract or Contract.from_environment()
        self.people = PageSocket(
            self.world, self.desk, self.commands, self.activities, join_key=join_key
        )
        self.people.bot_is_here = lambda: self.gateway.connected
        self.proxy = ActivityProxy(plays_discord=True)
        if awaits_bot:
            self.people.awaited = self.gateway.identified
        self.rest = Rest(api, routes.ALL, self.token, self.faults, checked)
        self.storage: Storage | None = None
        if folder is not None:
            path = folder / "playground.db"
            self.storage = Storage(path, self.world, self.uploads, self.commands, self.people)
        if invites:
            self.world.listeners.append(self._on_event)
        self._runner: web.AppRunner | None = None

    @property
    def join_key(self) -> str | None:
        """What people need to come in, if anything."""
        return self.people.join_key

    @property
    def url(self) -> str:
        """The address, such as http://127.0.0.1:8010. This machine reaches it on loopback."""
        return self._address(as_reached(self.host))

    @property
    def page(self) -> str:
        """The address for people, and for their phones if others are let in."""
        address = self._address(as_reached(self.host, near_by=True))
        return f"{address}/" + (f"?key={self.join_key}" if self.join_key else "")

    def _address(self, host: str) -> str:
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def violations(self) -> list[str]:
        """What the bot sent that Discord's document or its routes don't know."""
        return self.rest.violations

    def _on_event(self, event: Event) -> None:
        if event.kind in ("presence", "bot_presence"):
            self.clock.call_later(INVITED_AFTER, self._invite)

    def _invite(self) -> None:
        here = [seat.user for seat in self.people.seats.values() if seat.tabs]
        if not here or not self.gateway.connected:
            return
        (first, *others) = self.people.seats.values()
        if not others and self.world.community_locale is None and first.user.locale != "en-US":
            self.world.become_community(first.user.locale)
        self.world.invite_bot()

    def host_activity(self, target: str) -> str:
        """Switch Activities on, whose page and all that belongs to it are at `target`, as the URL
        mapping in the developer portal has it. Returns the application's secret."""
        if not self.commands.has_entry_point:
            self.commands.enable_activities()
        self.proxy.target = target.rstrip("/")
        return self.activities.client_secret

    async def start(self) -> None:
        """Raises OSError where it cannot listen, or its folder cannot be used."""
        app = web.Application(client_max_size=MAX_FILE * (MAX_FILES + 1))
        page = PageFiles(self.people)
        app.router.add_get("/", page.index)
        app.router.add_get("/page/{name}", page.file)
        app.router.add_get("/people/socket", self.people.serve)
        app.router.add_post("/people/files", self.people.take_upload)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_route("*", "/api/v10/{tail:.*}", self._api)
        app.router.add_route("*", PREFIX + "/{tail:.*}", self.proxy.serve)
        app.router.add_get(r"/emojis/{emoji:\d+}.png", self._emoji)
        app.router.add_get("/attachments/{channel}/{attachment}/{filename}", self.uploads.serve)
        app.on_shutdown.append(self.people.send_away)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.uploads.origin = self.url
        if self.storage is not None:
            self.storage.open()
        self.gateway.resume_url = self.url.replace("http", "ws", 1) + "/gateway"

    async def _emoji(self, request: web.Request) -> web.Response:
        """The CDN's way to a custom emoji, whose size it is served in here.

        docs: reference#cdn-formatting-cdn-endpoints
        """
        emoji = self.world.emoji.get(int(request.match_info["emoji"]))
        if emoji is None:
            raise web.HTTPNotFound
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=86400"}
        return web.Response(body=emoji.picture, content_type="image/png", headers=headers)

    async def _api(self, request: web.Request) -> web.Response:
        if self.activities.takes(request):
            return await self.activities.serve(request)
        return await self.rest.serve(request)

    async def stop(self) -> None:
        self.clock.close()
        self.gateway.drop(1001)
        if self.storage is not None:
            await self.storage.close()
        await self.proxy.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
