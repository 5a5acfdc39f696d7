"""The unmodified bot in simcord, a Discord that others have made: https://pypi.org/project/simcord.

Whoever wrote it read the same documents, and not this code; so where both simulators agree, it is
not because somebody misread them twice. Where simcord is wrong, it is put right here, with the
reason.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
from PIL import Image, ImageDraw

from bot import config
from bot.app import penguess
from bot.client import Penguess
from bot.kit.errors import UserError
from bot.pictures.renderer import Renderer
from bot.store import server_settings
from bot.store.database import Store
from engine.client import EngineClient
from games import core
from games.table import table
from tests.bot.conftest import SOON

simcord = pytest.importorskip("simcord", reason="simcord is not installed: pip install '.[dev]'")
cdn = pytest.importorskip("simcord.backend.cdn")
results = pytest.importorskip("simcord.results")
pytestmark = pytest.mark.simcord

SETTLES = 1.0  # seconds until a drawing that goes on is left to itself


def put_right(env: Any) -> None:
    """What simcord 3.2.1 has wrong.

    - `authorizing_integration_owners` of an interaction is empty. Discord always names by whose
      leave the bot was called: "0" is the server, or 0 in a direct message with the bot. Without
      that, the bot must take itself for a stranger in its own server.
      docs: interactions/receiving-and-responding#authorizing-integration-owners-object
    - Files have addresses at a host of its own. Discord's are at cdn.discordapp.com, and the bot
      fetches from no other.
      docs: reference#signed-attachment-cdn-urls
    """
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

    async def does(self, work: Any) -> Any:
        """Await what somebody does. simcord waits until the bot is still, which it is not while it
        draws; then what it did so far counts."""
        try:
            return await work
        except TimeoutError:
            return results.InteractionResult(self.env, self.asked[-1]) if self.asked else None

    async def call(self, who: Any, name: str, /, **options: Any) -> discord.Message:
        """Call a command; the message that answers it, by now."""
        before = self.ids(who)
        await self.does(who.slash(self.channel, name, **options))
        return await self.until(lambda: self.newest(who, before))

    def seen(self, who: Any) -> list[Any]:
        return self.channel.history(viewer=who)

    def ids(self, who: Any) -> set[int]:
        return {message.id for message in self.seen(who)}

    def newest(self, who: Any, before: set[int]) -> Any:
        return next((m for m in reversed(self.seen(who)) if m.id not in before), None)

    def showing(self, who: Any, pattern: str) -> Any:
        return next((m for m in reversed(self.seen(who)) if re.search(pattern, text(m))), None)

    async def until(self, holds: Callable[[], Any]) -> Any:
        """Wait until something holds; its value."""
        async with asyncio.timeout(SOON):
            while not (value := holds()):
                await asyncio.sleep(0.05)
                await self.does(self.env.advance_time(0.5))  # where simcord holds a pause back
            return value


def text(message: discord.Message) -> str:
    """All that a message says."""
    found = [message.content]

    def walk(part: Any) -> None:
        if isinstance(part, discord.TextDisplay):
            found.append(part.content)
        for inner in getattr(part, "children", ()):
            walk(inner)

    for component in message.components:
        walk(component)
    return "\n".join(found)


def buttons(message: discord.Message) -> dict[str, str]:
    """Ids of buttons by label or emoji."""
    found: dict[str, str] = {}

    def walk(part: Any) -> None:
        if isinstance(part, discord.components.Button) and part.custom_id:
            found[part.label or str(part.emoji)] = part.custom_id
        for inner in getattr(part, "children", ()):
            walk(inner)

    for component in message.components:
        walk(component)
    return found


def house() -> tuple[str, bytes]:
    image = Image.new("RGB", (300, 300), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((80, 140, 220, 250), outline="black", width=6)
    pen.line((70, 145, 150, 60, 230, 145), fill="black", width=6)
    out = io.BytesIO()
    image.save(out, "PNG")
    return "house.png", out.getvalue()


@pytest.fixture
async def town(
    store: Store, engine_address: str, renderer: Renderer, tmp_path: Path
) -> AsyncIterator[Town]:
    async with EngineClient(engine_address, patience=3.0) as engine:
        bot = penguess(config.load(steps=2, data=tmp_path), store, engine, renderer)
        env = simcord.Env(bot, shard_count=1, settle_timeout=SETTLES)
        put_right(env)
        await env.start()
        assert bot.is_ready()
        guild = env.create_guild()
        manages = guild.create_role("Manages", permissions=discord.Permissions(manage_guild=True))
        channel = guild.create_text_channel("drawing-room")
        ada = guild.add_member(env.create_user("ada"), roles=[manages])
        grace = guild.add_member(env.create_user("grace"))
        asked: list[Any] = []
        env._dispatch_observers.append(asked.append)
        yield Town(env, bot, guild, channel, ada, grace, asked)
        await env.shutdown()
        # What people are told about is no fault; discord.py hands it on as an error of a command.
        wrong = [getattr(one, "original", one) for one in env.errors]
        assert [one for one in wrong if not isinstance(one, UserError)] == []


CALLS: dict[str, dict[str, Any]] = {
    "about": {},
    "album": {},
    "answer": {"word": "cat"},
    "draw": {"prompt": "a cat", "strokes": 4},
    "gallery": {},
    "game": {},
    "guess": {"image": house()},
    "help": {},
    "leaderboard": {},
    "pictionary": {},
    "privacy": {},
    "queue": {},
    "settings": {},
    "sketch": {"image": house()},
    "stats": {},
    "submit": {"image": house()},
    "telephone": {"preset": "classic"},
    "words add": {"word": "lighthouse"},
    "words export": {},
    "words import": {"file": ("words.txt", b"lighthouse\nanchor\n")},
    "words remove": {"word": "lighthouse"},
    "words show": {},
}


async def test_every_command_is_answered(town: Town):
    assert set(town.ada.available_commands(town.channel)) == set(CALLS)
    for name, options in CALLS.items():
        if name == "telephone":  # one game in a channel
            await town.bot.open_games.in_channel(town.channel.id).presenter.runner.do(
                table.End(core.MODERATOR)
            )
            await town.until(lambda: not town.bot.open_games.runners)
        said = await town.call(town.ada, name, **options)
        assert said is not None, name


async def test_a_drawing_is_finished_and_drawn_again_and_guessed_from_its_menu(town: Town):
    drawn = await town.call(town.ada, "draw", prompt="a cat", strokes=4)

    def over() -> Any:
        message = town.showing(town.grace, "cat")
        return (
            message
            if message and any("again" in id_ for id_ in buttons(message).values())
            else None
        )

    message = await town.until(over)
    assert message.id == drawn.id
    before = town.ids(town.ada)
    await town.does(town.ada.context_menu(town.channel, "Guess this drawing", message))
    assert await town.until(
        lambda: (found := town.newest(town.ada, before)) and ("▰" in text(found) or None)
    )


async def test_settings_take_a_select_and_a_form(town: Town):
    panel = await town.call(town.ada, "settings")
    await town.does(town.ada.select(panel, ["neon"], custom_id="panel:settings:style"))
    form = await town.does(town.ada.click(panel, custom_id="panel:settings:numbers"))
    assert form.modal is not None
    await town.does(town.ada.submit_modal(form, {"strokes": "6"}))
    kept = await server_settings.of(town.bot.store, town.guild.id)
    assert (kept.style, kept.strokes) == ("neon", 6)


async def started(town: Town, command: str, **options: Any) -> None:
    """Ada opens a game, Grace joins if she is to, Ada starts it."""
    lobby = await town.call(town.ada, command, **options)
    await town.does(town.grace.click(lobby, label="Join"))
    (runner,) = town.bot.open_games.runners
    await town.until(lambda: str(town.grace.id) in runner.table.seats.people)
    await town.does(town.ada.click(lobby, label="Start"))


async def test_a_game_in_which_the_bot_draws_is_guessed_by_a_form(town: Town):
    await started(town, "pictionary", mode="bot-draws", rounds=1, time=30)
    turn = await town.until(lambda: town.showing(town.grace, r"Round 1"))
    (runner,) = town.bot.open_games.runners
    await town.until(lambda: getattr(runner.play.state.turn, "word", None))
    word = runner.play.state.turn.word.text
    for who in (town.ada, town.grace):
        form = await town.does(who.click(turn, label="Guess"))
        assert form is not None
        field = form.modal["components"][0]["component"]["custom_id"]
        await town.does(who.submit_modal(form, {field: word}))
    assert await town.until(lambda: town.showing(town.grace, re.escape(word)))


async def test_a_duel_begins(town: Town):
    await started(town, "pictionary", mode="duel", rounds=1)
    assert await town.until(lambda: town.showing(town.grace, "choos|pick"))


async def test_the_bot_plays_telephone_by_itself_and_leaves_an_album(town: Town):
    await town.call(town.ada, "telephone", preset="self-play", prompt="a red apple", links=2)
    assert await town.until(lambda: town.showing(town.grace, "Album 1"))
