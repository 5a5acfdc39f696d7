"""The people on the page: each tab is a WebSocket over which one person acts and sees.

A tab sends {"do": what, "n": number, …} and is answered {"re": number, …} or
{"re": number, "error": text}; what happens meanwhile comes as {"event": kind, …}.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from bot.playground.model.entities import Channel, Message, User
from bot.playground.model.errors import ApiError, Json
from bot.playground.model.permission import Permission
from bot.playground.model.uploads import MAX_FILE, MAX_FILES, UploadedFile
from bot.playground.model.world import Event, World
from bot.playground.protocol.access import is_loopback, same_secret
from bot.playground.protocol.activities import Activities, Instance
from bot.playground.protocol.command_input import InvalidInput, find_options
from bot.playground.protocol.commands import CHAT_INPUT, Commands
from bot.playground.protocol.interactions import Desk, Interaction
from bot.playground.protocol.message_rules import is_emoji
from bot.playground.users import conversation, page_json
from bot.playground.users.user_actions import UserActions

log = logging.getLogger(__name__)

MAX_FRAME = 64 * 1024  # bytes of one message from a tab
PACE = (40, 10.0)  # a tab may do so much in so many seconds
WAKES_WITHIN = 15.0  # seconds that what is asked of a bot waits for it
PAGE = 50  # messages of history at a time
USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT = 6, 7, 8, 9, 11
_SELECT_KINDS = {5: USER, 6: ROLE, 7: MENTIONABLE, 8: CHANNEL}


class Refused(Exception):
    """Something a tab asked for can't be done; the text is for the person."""


@dataclass(eq=False)
class Seat:
    """A person who joined over the page. `secret` lets their tabs come back after a reload."""

    user: User
    asking: UserActions
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    tabs: set[Tab] = field(default_factory=set)
    files: dict[str, UploadedFile] = field(default_factory=dict)  # sent ahead, not used yet

    def take_file(self, key: Any) -> UploadedFile:
        try:
            return self.files.pop(str(key))
        except KeyError:
            raise Refused("That file is not here any more; choose it again.") from None


class PageSocket:
    """Everyone on the page. `join_key` is asked for when it is not None."""

    def __init__(
        self,
        world: World,
        desk: Desk,
        commands: Commands,
        activities: Activities,
        *,
        join_key: str | None,
    ) -> None:
        self.world = world
        self.desk = desk
        self.commands = commands
        self.activities = activities
        self.join_key = join_key
        self.bot_is_here: Callable[[], bool] = lambda: False
        self.awaited: asyncio.Event | None = None  # when a bot that is on its way has come
        self.tabs: set[Tab] = set()
        self.seats: dict[int, Seat] = {}
        world.listeners.append(self._on_event)

    def restore(self, seats: Iterable[tuple[User, str]], join_key: str | None) -> None:
        """Let people come back with the secrets that their tabs have, and by the address that they
        know."""
        for user, secret in seats:
            seat = Seat(user, UserActions(self.desk, self.commands, user), secret)
            self.seats[user.id] = seat
        if self.join_key is not None and join_key is not None:
            self.join_key = join_key

    def has_key(self, key: str) -> bool:
        """Does a visitor bring the key that this playground asks for?"""
        return self.join_key is None or same_secret(key, self.join_key)

    def sit(self, name: str, secret: str | None) -> Seat:
        """The seat of a person: their own by its secret, or a new one.

        The first to come may moderate. Raises Refused.
        """
        for seat in self.seats.values():
            if secret and same_secret(secret, seat.secret):
                return seat
        try:
            user = self.world.add_person(name, moderator=not self.seats)
        except ValueError as error:
            raise Refused(str(error)) from error
        seat = Seat(user, UserActions(self.desk, self.commands, user))
        self.seats[user.id] = seat
        return seat

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

    @property
    def bot_wakes(self) -> bool:
        """Is a bot on its way that has not come yet?"""
        return self.awaited is not None and not self.awaited.is_set()

    async def bot_awake(self) -> None:
        """Wait for a bot that is on its way, so that nothing that is asked of it is lost."""
        if self.awaited is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WAKES_WITHIN):
                    await self.awaited.wait()

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

    # -- events

    def _on_event(self, event: Event) -> None:
        for seat in self.seats.values():
            if not seat.tabs:
                continue
            data = page_json.event(self.world, self.desk, event, seat.user)
            if event.kind in ("commands", "channel_create", "channel_update"):
                self._tell_commands(seat)
            if data is not None:
                for tab in seat.tabs:
                    tab.send(data)

    def _tell_commands(self, seat: Seat) -> None:
        for tab in seat.tabs:
            tab.send({"event": "commands", "commands": self.commands_for(seat)})

    def commands_for(self, seat: Seat) -> Json:
        """Channel id to what can be called there."""
        return {
            str(channel.id): [
                page_json.command(command, seat.user.locale)
                for command in seat.asking.usable(channel)
            ]
            for channel in self.world.channels.values()
            if self.world.can_view(channel, seat.user.id)
        }


class Tab:
    """One open page. Everything a person can do is a method named `do_…`."""

    def __init__(self, people: PageSocket, socket: web.WebSocketResponse) -> None:
        self.people = people
        self.world = people.world
        self.socket = socket
        self.seat_or_none: Seat | None = None
        self._queue: asyncio.Queue[Json | None] = asyncio.Queue(maxsize=2000)
        self._did: deque[float] = deque(maxlen=PACE[0])

    @property
    def seat(self) -> Seat:
        if self.seat_or_none is None:
            raise Refused("Join first.")
        return self.seat_or_none

    def send(self, data: Json) -> None:
        """Queue something for the page; a page that stopped reading is let go."""
        try:
            self._queue.put_nowait(data)
        except asyncio.QueueFull:
            self.socket.force_close()

    def leave(self) -> None:
        """Close the socket, after what is still to be sent."""
        with contextlib.suppress(asyncio.QueueFull):
            self._queue.put_nowait(None)

    async def run(self) -> None:
        writer = asyncio.create_task(self._write())
        try:
            async for message in self.socket:
                if message.type is WSMsgType.TEXT:
                    await self._receive(message.data)
        finally:
            writer.cancel()
            if self.seat_or_none is not None:
                self.seat_or_none.tabs.discard(self)
                self.world.emit("presence", self.seat_or_none.user, detail=self.is_here())
                if not self.is_here():
                    self.people.activities.leave_all(self.seat_or_none.user)

    def is_here(self) -> bool:
        return self.seat_or_none is not None and bool(self.seat_or_none.tabs)

    async def _write(self) -> None:
        while True:
            data = await self._queue.get()
            if data is None:
                await self.socket.close(code=WSCloseCode.GOING_AWAY)
                return
            try:
                await self.socket.send_str(json.dumps(data, separators=(",", ":")))
            except ConnectionError:
                return

    async def _receive(self, text: str) -> None:
        number: Any = None
        try:
            data = json.loads(text)
            number = data.get("n")
            self._keep_pace()
            action = getattr(self, f"do_{data['do']}", None)
            if action is None:
                raise Refused("The page asked for something unknown; reload it.")
            answer = action(data)
            if asyncio.iscoroutine(answer):
                answer = await answer
            self.send({"re": number, **(answer or {})})
        except (Refused, InvalidInput) as error:
            self.send({"re": number, "error": str(error)})
        except ApiError as error:
            self.send({"re": number, "error": error.message, "code": error.code})
        except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
            log.info("a page sent something that makes no sense: %r", error)
            self.send({"re": number, "error": "That made no sense; reload the page."})

    def _keep_pace(self) -> None:
        now = self.world.clock.now()
        if len(self._did) == PACE[0] and now - self._did[0] < PACE[1]:
            raise Refused("That was a lot at once; wait a moment.")
        self._did.append(now)

    # -- what people do

    def do_join(self, data: Json) -> Json:
        if self.seat_or_none is not None:
            raise Refused("You are in already; open another tab to be someone else.")
        seat = self.people.sit(str(data["name"]), data.get("secret"))
        self.world.speak(seat.user, [str(name) for name in data.get("languages", ())])
        self.seat_or_none = seat
        seat.tabs.add(self)
        self.world.emit("presence", seat.user, detail=True)
        here = {s.user.id for s in self.people.seats.values() if s.tabs}
        if self.people.bot_is_here():
            here.add(self.world.bot.id)
        return {
            "secret": seat.secret,
            "bot_wakes": self.people.bot_wakes,
            "commands": self.people.commands_for(seat),
            "activities": [
                page_json.activity(one)
                for one in self.people.activities.instances.values()
                if self.world.can_view(one.channel, seat.user.id)
            ],
            **page_json.room(self.world, seat.user, here),
        }

    def do_read(self, data: Json) -> Json:
        """The last messages of a channel, or those before one."""
        channel = self._channel(data)
        seen = list(self.world.visible(channel, self.seat.user.id))
        if data.get("before"):
            before = int(data["before"])
            seen = [message for message in seen if message.id < before]
        user = self.seat.user
        shown = [page_json.message(self.world, self.people.desk, m, user) for m in seen[-PAGE:]]
        return {"messages": shown, "more": len(seen) > PAGE}

    def do_say(self, data: Json) -> None:
        channel = self._channel(data)
        target = self._message(data, "reply_to") if data.get("reply_to") else None
        files = [self.seat.take_file(key) for key in list(data.get("files") or [])[:MAX_FILES]]
        text = str(data.get("text") or "")
        conversation.say(self.people.desk.uploads, self.seat.user, channel, text, files, target)

    def do_typing(self, data: Json) -> None:
        self.world.emit("typing", self._channel(data), self.seat.user)

    def do_react(self, data: Json) -> None:
        message, emoji = self._message(data), str(data["emoji"])
        if not is_emoji(emoji):
            raise Refused("That is no emoji.")
        if self.seat.user.id in message.reactions.get(emoji, []):
            self.world.unreact(message, self.seat.user, emoji)
        else:
            self.world.react(message, self.seat.user, emoji)

    def do_delete(self, data: Json) -> None:
        conversation.delete(self.people.desk.uploads, self.seat.user, self._message(data))

    def do_direct(self, _: Json) -> Json:
        """Open the conversation with the bot."""
        return {"channel": str(self.world.direct_channel(self.seat.user.id).id)}

    def do_grant(self, data: Json) -> None:
        """Let the bot do something, or not: `delete` what others wrote, `read` what they write."""
        world, on = self.world, data["on"] is True
        if world.moderators.id not in world.members[self.seat.user.id].roles:
            raise Refused("Only moderators decide what the bot may do.")
        if data["what"] == "delete":
            world.let_bot(Permission.MANAGE_MESSAGES, allowed=on)
        elif data["what"] == "read":
            world.show_content(shown=on)

    # In an Activity, the page is Discord's client.

    def do_enter(self, data: Json) -> None:
        self.people.activities.join(self._instance(data), self.seat.user)

    def do_leave(self, data: Json) -> None:
        self.people.activities.leave(self._instance(data), self.seat.user)

    def do_authorize(self, _: Json) -> Json:
        return {"code": self.people.activities.authorize(self.seat.user)}

    def do_authenticate(self, data: Json) -> Json:
        said = self.people.activities.authenticated(str(data["token"]))
        if said is None:
            raise Refused("Nobody has that token.")
        return {"said": said}

    def _instance(self, data: Json) -> Instance:
        found = self.people.activities.instances.get(str(data["activity"]))
        if found is None or not self.world.can_view(found.channel, self.seat.user.id):
            raise Refused("That Activity is over.")
        return found

    async def do_call(self, data: Json) -> Json:
        await self.people.bot_awake()
        channel, name = self._channel(data), str(data["name"])
        values = self._values(channel, name, data.get("options") or {}, with_files=True)
        return _asked(self.seat.asking.call(channel, name, values))

    async def do_complete(self, data: Json) -> Json:
        await self.people.bot_awake()
        channel, name = self._channel(data), str(data["name"])
        values = self._values(channel, name, data.get("options") or {}, with_files=False)
        focused = str(data["focused"])
        values.setdefault(focused, "")
        asked = self.seat.asking.complete(channel, name, values, focused)
        await asked.settled.wait()
        return {"choices": asked.choices or []}

    async def do_use(self, data: Json) -> Json:
        await self.people.bot_awake()
        return _asked(self.seat.asking.use_on_message(str(data["name"]), self._message(data)))

    async def do_use_on(self, data: Json) -> Json:
        await self.people.bot_awake()
        target = self.world.users[int(data["user"])]
        channel = self._channel(data)
        return _asked(self.seat.asking.use_on_user(channel, str(data["name"]), target))

    async def do_component(self, data: Json) -> Json:
        await self.people.bot_awake()
        message, custom_id = self._message(data), str(data["custom_id"])
        parts = [part for part in message.walk() if part.get("custom_id") == custom_id]
        kind = _SELECT_KINDS.get(parts[0]["type"], 0) if parts else 0
        values = [self._entity(kind, value) for value in data.get("values") or []]
        return _asked(self.seat.asking.component(message, custom_id, values))

    async def do_submit(self, data: Json) -> Json:
        await self.people.bot_awake()
        opened = self.people.desk.find(int(data["interaction"]))
        if opened is None or opened.modal is None:
            raise Refused("That form is not open any more.")
        kinds = page_json.field_kinds(opened.modal)
        values: dict[str, Any] = {}
        for key, value in dict(data.get("values") or {}).items():
            kind = kinds.get(key)
            if kind == 19:
                values[key] = [self.seat.take_file(file) for file in value]
            elif kind in _SELECT_KINDS:
                values[key] = [self._entity(_SELECT_KINDS[kind], item) for item in value]
            else:
                values[key] = value
        return _asked(self.seat.asking.submit(opened, values))

    # -- ids from the page

    def _channel(self, data: Json) -> Channel:
        channel = self.world.channels.get(int(data["channel"]))
        if channel is None or not self.world.can_view(channel, self.seat.user.id):
            raise Refused("That channel is not here any more.")
        return channel

    def _message(self, data: Json, key: str = "message") -> Message:
        channel = self._channel(data)
        message = self.world.messages[channel.id].get(int(data[key]))
        if message is None or message.ephemeral_to not in (None, self.seat.user.id):
            raise Refused("That message is not here any more.")
        return message

    def _values(
        self, channel: Channel, name: str, given: Json, *, with_files: bool
    ) -> dict[str, Any]:
        """Option values with ids turned into what they stand for."""
        root, *path = name.split()
        usable = self.seat.asking.usable(channel)
        command = next((c for c in usable if c["name"] == root and c["type"] == CHAT_INPUT), None)
        if command is None:
            raise Refused(f"There is no command /{root} here.")
        kinds = {option["name"]: option["type"] for option in find_options(command, path)}
        return {
            key: self._entity(kinds.get(key, 0), value)
            for key, value in given.items()
            if with_files or kinds.get(key) != ATTACHMENT
        }

    def _entity(self, kind: int, value: Any) -> Any:
        if kind == ATTACHMENT:
            return self.seat.take_file(value)
        if kind in (USER, MENTIONABLE) and int(value) in self.world.users:
            return self.world.users[int(value)]
        if kind in (ROLE, MENTIONABLE) and int(value) in self.world.roles:
            return int(value)
        if kind == CHANNEL:
            return self._channel({"channel": value})
        if kind in (USER, ROLE, MENTIONABLE):
            raise Refused("That is not here any more.")
        return value


def _asked(interaction: Interaction) -> Json:
    return {"interaction": str(interaction.id)}
