from __future__ import annotations

import time

import pytest

from bot.playground.model.entities import Message
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings
from bot.store.boards import BOT
from bot.store.database import Store
from tests.bot.conftest import StartBot
from tests.bot.store.test_boards import played


async def shown(asker: TestUser, command: str, **options: object) -> Message:
    """What everybody sees."""
    message = (await asker.slash(command, **options)).message
    assert message is not None
    assert message.ephemeral_to is None
    return message


async def test_the_board_shows_the_best_the_bot_and_the_hardest_words(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start()
    guild, bot = playground.world.guild_id, playground.world.bot.id
    points = {ada.user.id: 300} | {1000 + n: 200 - n for n in range(12)} | {BOT: 5}
    words = {"**moth**": (BOT, 1, 4), "kite": (BOT, 4, 4)}
    await played(store, points, words=words, guild=guild, at=time.time())
    text = (await shown(ada, "leaderboard")).text
    rows = [line for line in text.splitlines() if "points" in line]
    assert rows[0].startswith(f"🥇 <@{ada.user.id}> **300** points · 1 game, 1 won")
    assert len(rows) == 11
    assert rows[-1].startswith(f"14\\. <@{bot}>")
    assert "\\*\\*moth\\*\\*: 25 % got it" in text
    assert "kite" not in text


async def test_kind_and_period_choose_the_games(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start()
    guild = playground.world.guild_id
    await played(store, {ada.user.id: 7}, guild=guild, kind="duel", at=time.time() - 20 * 86400)
    assert "**7** points" in (await shown(ada, "leaderboard", game="duel", period="month")).text
    assert "Nobody" in (await shown(ada, "leaderboard", game="mixed", period="month")).text
    assert "Nobody" in (await shown(ada, "leaderboard", game="duel", period="week")).text


async def test_a_person_s_figures_are_shown_to_all(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start()
    grace = TestUser(playground, "Grace")
    points = {ada.user.id: 300, BOT: 400}
    words = {"moth": (BOT, 1, 4)}
    await played(store, points, words=words, guild=playground.world.guild_id, best=3.25)
    text = (await shown(grace, "stats", person=ada)).text
    for part in ("Place **2** of 2", "**300** points in 1 game", "3.2 s", "moth: 25 %"):
        assert part in text
    assert "Place **1**" in (await shown(ada, "stats", person=playground.world.bot)).text
    assert "No finished game" in (await shown(grace, "stats")).text


@pytest.mark.parametrize("command", ["leaderboard", "stats"])
async def test_boards_are_for_the_channels_of_the_bot(
    playground: Playground, ada: TestUser, start: StartBot, store: Store, command: str
):
    await start()
    other = playground.world.channel_named("quiet-corner")
    await server_settings.change(store, playground.world.guild_id, channels=(other.id,))
    refused = (await ada.slash(command)).message
    assert refused is not None
    assert refused.ephemeral_to == ada.user.id
    assert f"<#{other.id}>" in refused.text
    ada.go(other)
    await shown(ada, command)


async def test_words_that_the_server_blocks_leave_the_board(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start()
    guild = playground.world.guild_id
    words = {"moth": (BOT, 0, 4), "tuba": (BOT, 0, 3)}
    await played(store, {ada.user.id: 1}, words=words, guild=guild)
    await server_settings.change(store, guild, blocked=("moth",))
    text = (await shown(ada, "leaderboard")).text
    assert "tuba" in text
    assert "moth" not in text
