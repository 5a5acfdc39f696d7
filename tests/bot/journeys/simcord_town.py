"""A town in simcord, a Discord that others have made: https://pypi.org/project/simcord.

Whoever wrote it read the same documents, and not this code; so where both simulators agree, it is
not because somebody misread them twice. Where simcord 3.2.1 is wrong, it is put right here:

| simcord | Discord | here |
| --- | --- | --- |
| `authorizing_integration_owners` of an interaction is empty | names by whose leave the bot was called: "0" is the server, or 0 in a direct message. Without it the bot must take itself for a stranger in its own server. docs: interactions/receiving-and-responding#authorizing-integration-owners-object | `put_right` |
| files have addresses at a host of its own | they are at cdn.discordapp.com, and the bot fetches from no other. docs: reference#signed-attachment-cdn-urls | `put_right` |
| a task that waits for an `asyncio.Event` is at work, and while any is, no pause of the bot ends | time passes | `let_wait` |
| an action returns once the bot is still, and fails if that takes longer than `settle_timeout` | nobody waits for the bot | `Town.does` |
| `shutdown` cancels whatever the bot is doing, calls what that raises errors of the bot, and fails while a thread of the bot works | a bot leaves when it likes | the bot is closed first (`town`), as on SIGTERM |
"""  # noqa: E501 - a table

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CoroutineType
from typing import Any

import discord
import pytest

from bot import config
from bot.app import penguess
from bot.client import Penguess
from bot.games.table.game_runner import GameRunner
from bot.kit.errors import UserError
from bot.pictures.renderer import Renderer
from bot.store.database import Store
from engine.client import EngineClient
from tests.bot.conftest import SOON
from tests.bot.games.conftest import scribble, the_game

simcord = pytest.importorskip("simcord", reason="simcord is not installed: pip install '.[dev]'")
cdn = pytest.importorskip("simcord.backend.cdn")
results = pytest.importorskip("simcord.results")

SETTLES = 1.0  # seconds until a drawing that goes on is left to itself


def put_right(env: Any) -> None:
    """Mend what simcord tells the bot."""
    cdn.CDN_BASE = "https://cdn.discordapp.com"
    emit = env.backend.emit

    def emitted(name: str, payload: Any, *rest: Any, **more: Any) -> Any:
        if name == "INTERACTION_CREATE":
            payload["authorizing_integration_owners"] = {"0": payload.get("guild_id") or "0"}
        return emit(name, payload, *rest, **more)

    env.backend.emit = emitted


@dataclass
class Town:
    """A server in simcord with two people; Ada manages it."""

    env: Any
    bot: Penguess
    guild: Any
    channel: Any
    ada: Any
    grace: Any
    asked: list[Any]  # of the bot, as simcord keeps it

    @property
    def game(self) -> GameRunner:
        """The only one under way."""
        return the_game(self.bot)

    async def does(self, work: Any) -> Any:
        """Await what somebody does. simcord waits until the bot is still, which it is not while it
        draws; then what it did so far counts."""
        let_wait(self.env)
        try:
            return await work
        except TimeoutError:
            return results.InteractionResult(self.env, self.asked[-1]) if self.asked else None

    async def call(self, who: Any, name: str, /, **options: Any) -> discord.Message:
        """Call a command; the message that answers it, by now."""
        before = self.ids(who)
        await self.does(who.slash(self.channel, name, **options))
        return await self.until(lambda: self.newest(who, before))

    async def press(self, who: Any, message: discord.Message, label: str) -> Any:
        """Press a button by its label."""
        return await self.does(who.click(message, label=label))

    async def fill_in(self, who: Any, form: Any, value: Any) -> Any:
        """Send off a form that has one field."""
        part = form.modal["components"][0]
        field = part.get("component") or part["components"][0]
        return await self.does(who.submit_modal(form, {field["custom_id"]: value}))

    async def start(self, command: str, **options: Any) -> None:
        """Ada opens a game, Grace joins, Ada starts it."""
        lobby = await self.call(self.ada, command, **options)
        await self.press(self.grace, lobby, "Join")
        await self.until(lambda: str(self.grace.id) in self.game.table.seats.people)
        await self.press(self.ada, lobby, "Start")

    async def over(self) -> None:
        """Wait until no game is under way."""
        await self.until(lambda: not self.bot.open_games.runners, pause=2.0)

    def seen(self, who: Any) -> list[Any]:
        return self.channel.history(viewer=who)

    def ids(self, who: Any) -> set[int]:
        return {message.id for message in self.seen(who)}

    def newest(self, who: Any, before: set[int]) -> Any:
        return next((m for m in reversed(self.seen(who)) if m.id not in before), None)

    def showing(self, who: Any, pattern: str) -> Any:
        return next((m for m in reversed(self.seen(who)) if re.search(pattern, text(m))), None)

    def with_button(self, who: Any, label: str) -> Any:
        return next((m for m in reversed(self.seen(who)) if label in buttons(m)), None)

    async def until(self, holds: Callable[[], Any], pause: float = 0.1) -> Any:
        """Wait until something holds; its value. pause: seconds that go by for the bot between two
        looks, as simcord holds its pauses back."""
        try:
            async with asyncio.timeout(SOON):
                while not (value := holds()):
                    await asyncio.sleep(0.05)
                    await self.does(self.env.advance_time(pause))
                return value
        except TimeoutError as error:
            seen = "\n---\n".join(text(m) for m in self.seen(self.ada)[-6:])
            error.add_note(f"Ada sees:\n{seen}")
            raise


def picture() -> tuple[str, bytes]:
    """A file for a command or a form."""
    photo = scribble()
    return photo.filename, photo.data


def let_wait(env: Any) -> None:
    """Tell simcord that who waits for an event is still."""
    kept = env._work
    for task in kept.tasks:
        if task.done() or not waits_for_event(task):
            kept.external_waits.pop(task, None)
        else:
            kept.external_waits.setdefault(task, "an event")


async def arrives(env: Any) -> None:
    """Let the bot log in; what it starts by itself waits for its time from then on."""

    async def keep_letting() -> None:
        while True:
            let_wait(env)
            await asyncio.sleep(0.01)

    letting = asyncio.create_task(keep_letting())
    try:
        await env.start()
    finally:
        letting.cancel()


def waits_for_event(task: asyncio.Task[Any]) -> bool:
    """Has a task nothing to do until somebody sets an asyncio.Event?"""
    inner: Any = task.get_coro()
    while isinstance(inner := inner.cr_await, CoroutineType):
        if inner.cr_code is asyncio.Event.wait.__code__:
            return True
    return False


def parts(message: discord.Message) -> Iterator[Any]:
    """All components of a message, with those inside others."""

    def walk(part: Any) -> Iterator[Any]:
        yield part
        for inner in getattr(part, "children", ()):
            yield from walk(inner)

    for component in message.components:
        yield from walk(component)


def text(message: discord.Message) -> str:
    """All that a message says."""
    said = [part.content for part in parts(message) if isinstance(part, discord.TextDisplay)]
    return "\n".join([message.content, *said])


def buttons(message: discord.Message) -> dict[str, str]:
    """Ids of buttons, and addresses of links, by label or emoji."""
    return {
        part.label or str(part.emoji): part.custom_id or part.url or ""
        for part in parts(message)
        if isinstance(part, discord.components.Button)
    }


def leaves(env: Any, bot: Penguess) -> asyncio.Task[None]:
    """The bot closes itself, as on SIGTERM: what it works at ends in order, its threads are done,
    and simcord finds nothing to cancel."""
    with env._bot_scope():
        return asyncio.create_task(bot.close())


@pytest.fixture
async def town(
    store: Store, engine_address: str, renderer: Renderer, tmp_path: Path
) -> AsyncIterator[Town]:
    async with EngineClient(engine_address, patience=3.0) as engine:
        bot = penguess(config.load(steps=2, data=tmp_path), store, engine, renderer)
        env = simcord.Env(bot, shard_count=1, settle_timeout=SETTLES)
        put_right(env)
        await arrives(env)
        assert bot.is_ready()
        guild = env.create_guild()
        manages = guild.create_role("Manages", permissions=discord.Permissions(manage_guild=True))
        channel = guild.create_text_channel("drawing-room")
        ada = guild.add_member(env.create_user("ada"), roles=[manages])
        grace = guild.add_member(env.create_user("grace"))
        asked: list[Any] = []
        env._dispatch_observers.append(asked.append)
        yield Town(env, bot, guild, channel, ada, grace, asked)
        await leaves(env, bot)
        await env.shutdown()
        # What people are told about is no fault; discord.py hands it on as an error of a command.
        wrong = [getattr(one, "original", one) for one in env.errors]
        assert [one for one in wrong if not isinstance(one, UserError)] == []
