"""A tab: a WebSocket over which one person acts and sees.

A tab sends {"do": what, "n": number, …} and is answered {"re": number, …} or
{"re": number, "error": text}; what happens meanwhile comes as {"event": kind, …}.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import deque
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from bot.playground.model.entities import Channel, Message
from bot.playground.model.errors import ApiError, Json
from bot.playground.model.permission import Permission
from bot.playground.model.uploads import MAX_FILES
from bot.playground.protocol.activities import Instance
from bot.playground.protocol.command_input import InvalidInput, find_options
from bot.playground.protocol.commands import CHAT_INPUT
from bot.playground.protocol.interaction import Interaction
from bot.playground.protocol.message_rules import is_emoji
from bot.playground.users import conversation, page_json
from bot.playground.users.people import People, Refused, Seat

log = logging.getLogger(__name__)

PACE = (40, 10.0)  # a tab may do so much in so many seconds
PAGE = 50  # messages of history at a time
USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT = 6, 7, 8, 9, 11
_SELECT_KINDS = {5: USER, 6: ROLE, 7: MENTIONABLE, 8: CHANNEL}


class Tab:
    """One open page. Everything a person can do is a method named `do_…`."""

    def __init__(self, people: People, socket: web.WebSocketResponse) -> None:
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
