"""Someone in the playground, for tests: says things, calls commands, presses buttons."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from bot.playground.model.entities import Channel, Message, User
from bot.playground.model.errors import Json
from bot.playground.model.uploads import UploadedFile
from bot.playground.model.world import Event
from bot.playground.protocol.command_input import InvalidInput
from bot.playground.protocol.component_rules import Kind
from bot.playground.protocol.interaction import Interaction
from bot.playground.server import Playground
from bot.playground.users import conversation
from bot.playground.users.user_actions import UserActions

T = TypeVar("T")


class NoAnswer(AssertionError):
    """The bot did not answer within its 3 seconds."""


class TestUser:
    """A member of the guild, who is in one channel (`here`) at a time.

    Commands, buttons and modals return the Interaction once the bot has answered it: its
    `message` is the reply (later edits change it in place), `modal` what it opened. No answer
    within 3 s raises NoAnswer, with what the bot tried and why that was refused.
    """

    __test__ = False  # it is no test class, whatever pytest makes of the name

    def __init__(
        self, playground: Playground, name: str, *, moderator: bool = False, back: bool = False
    ) -> None:
        """back: it is somebody who was here before the playground was started anew."""
        self.playground = playground
        self.world = playground.world
        if back:
            self.user: User = next(u for u in self.world.users.values() if u.name == name)
        else:
            self.user = self.world.add_person(name, moderator=moderator)
        self.here: Channel = next(iter(self.world.channels.values()))
        self._asking = UserActions(playground.desk, playground.commands, self.user)

    def __repr__(self) -> str:
        return f"Person({self.user.name!r})"

    def go(self, channel: Channel | str) -> None:
        """Be in another channel from now on."""
        self.here = self._channel(channel)

    def _channel(self, channel: Channel | str | None) -> Channel:
        if isinstance(channel, str):
            return self.world.channel_named(channel)
        return channel or self.here

    @property
    def direct(self) -> Channel:
        """The conversation with the bot."""
        return self.world.direct_channel(self.user.id)

    # -- seeing

    def sees(self, channel: Channel | str | None = None) -> list[Message]:
        """The messages this person can see in a channel (the present one), oldest first."""
        return list(self.world.visible(self._channel(channel), self.user.id))

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 60.0) -> T:  # noqa: ASYNC109
        """Wait until `predicate()` is true after some change, and return its value.

        Raises TimeoutError after `timeout` seconds.
        """
        changed = asyncio.Event()

        def on_event(_: Event) -> None:
            changed.set()

        self.world.listeners.append(on_event)
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate()):
                    await changed.wait()
                    changed.clear()
                return value
        finally:
            self.world.listeners.remove(on_event)

    async def wait_for_message(
        self,
        text: str,
        channel: Channel | str | None = None,
        timeout: float = 60.0,  # noqa: ASYNC109
    ) -> Message:
        """The newest message in sight whose text contains `text`, once there is one."""

        def newest() -> Message | None:
            return next((m for m in reversed(self.sees(channel)) if text in m.text), None)

        found = await self.wait_for(newest, timeout)
        assert found is not None  # noqa: S101 - wait_for returns what is true
        return found

    # -- doing

    def say(
        self,
        text: str = "",
        *files: UploadedFile,
        reply_to: Message | None = None,
        ping: bool = True,
    ) -> Message:
        """Post in the present channel; a reply mentions whom it answers, unless told not to.

        Raises ApiError for what Discord refuses.
        """
        return conversation.say(
            self.playground.uploads, self.user, self.here, text, list(files), reply_to, ping=ping
        )

    def edit(self, message: Message, text: str) -> None:
        """Change what one wrote. Raises ApiError for what Discord refuses."""
        conversation.edit(self.playground.uploads, self.user, message, text)

    def react(self, message: Message, emoji: str) -> None:
        self.world.react(message, self.user, emoji)

    async def slash(self, name: str, **options: Any) -> Interaction:
        """Call `/name`; spaces lead to subcommands ("game start").

        Users, channels and files are given as TestUser or User, Channel, UploadedFile.
        Raises InvalidInput for what Discord's own client would not let through.
        """
        return await self.settled(self.call(name, **options))

    def call(self, name: str, **options: Any) -> Interaction:
        """As `slash`, without waiting for the answer."""
        values = {key: _plain(value) for key, value in options.items()}
        return self._asking.call(self.here, name, values)

    async def complete(self, name: str, option: str, text: str, **others: Any) -> list[Json]:
        """The bot's suggestions for an option while `text` stands in it."""
        values = {key: _plain(value) for key, value in others.items()}
        asked = self._asking.complete(self.here, name, {**values, option: text}, option)
        return (await self.settled(asked)).choices or []

    async def use(self, name: str, message: Message) -> Interaction:
        """Call a message command from the Apps menu of a message."""
        return await self.settled(self._asking.use_on_message(name, message))

    async def press(self, message: Message, which: str) -> Interaction:
        """Press the button with this label, emoji or custom id."""
        buttons = [p for p in message.walk() if p["type"] == Kind.BUTTON and p.get("custom_id")]
        for part in buttons:
            emoji = (part.get("emoji") or {}).get("name")
            if which in (part.get("label"), emoji, part["custom_id"]):
                asked = self._asking.component(message, part["custom_id"])
                return await self.settled(asked)
        labels = [part.get("label") or part["custom_id"] for part in buttons]
        raise InvalidInput(f"no button {which!r}; there are {labels}")

    async def choose(self, message: Message, custom_id: str, *values: Any) -> Interaction:
        """Choose in a select: option values, or TestUser, User and Channel."""
        chosen = [_plain(value) for value in values]
        return await self.settled(self._asking.component(message, custom_id, chosen))

    async def submit(self, opened: Interaction, values: dict[str, Any]) -> Interaction:
        """Send off the modal that an interaction opened; values by custom id or label.

        A text is a string, a select a list of values, a file upload a list of UploadedFile.
        """
        labels = _labels(opened.modal or {})
        by_id = {labels.get(key, key): value for key, value in values.items()}
        return await self.settled(self._asking.submit(opened, by_id))

    async def settled(self, interaction: Interaction) -> Interaction:
        """Wait for the answer. Raises NoAnswer after 3 s."""
        await interaction.settled.wait()
        if interaction.failed:
            refused = "; ".join(str(error) for error in interaction.refused) or "nothing came"
            raise NoAnswer(f"the bot did not answer {interaction.name!r} within 3 s: {refused}")
        return interaction


def _plain(value: Any) -> Any:
    return value.user if isinstance(value, TestUser) else value


def _labels(modal: Json) -> dict[str, str]:
    """Custom ids of a modal's fields by what people see beside them."""
    found: dict[str, str] = {}
    for part in modal.get("components", []):
        if part["type"] == Kind.LABEL:
            found[part["label"]] = part["component"]["custom_id"]
        for item in part.get("components", []):
            if item.get("label"):
                found[item["label"]] = item["custom_id"]
    return found
