"""Who is on the page: their seats, what they may call, and what each is told of."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.playground.model.entities import User
from bot.playground.model.errors import Json
from bot.playground.model.uploads import UploadedFile
from bot.playground.model.world import Event, World
from bot.playground.protocol.access import same_secret
from bot.playground.protocol.activities import Activities
from bot.playground.protocol.commands import Commands
from bot.playground.protocol.interactions import Desk
from bot.playground.users import page_json
from bot.playground.users.user_actions import UserActions

WAKES_WITHIN = 15.0  # seconds that what is asked of a bot waits for it


class Listener(Protocol):
    """An open page."""

    def send(self, data: Json) -> None: ...

    def leave(self) -> None: ...


class Refused(Exception):
    """Something a tab asked for can't be done; the text is for the person."""


@dataclass(eq=False)
class Seat:
    """A person who joined over the page. `secret` lets their tabs come back after a reload."""

    user: User
    asking: UserActions
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    tabs: set[Listener] = field(default_factory=set)
    files: dict[str, UploadedFile] = field(default_factory=dict)  # sent ahead, not used yet

    def take_file(self, key: Any) -> UploadedFile:
        try:
            return self.files.pop(str(key))
        except KeyError:
            raise Refused("That file is not here any more; choose it again.") from None


class People:
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
        self.seats: dict[int, Seat] = {}
        self.tabs: set[Listener] = set()  # with those at the door
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
