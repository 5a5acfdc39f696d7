"""What the bot does about its commands: tells Discord of changes, and starts whatever it says."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot.playground.protocol.commands import DISCORD_LAUNCH_ACTIVITY, ENTRY_POINT
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from tests.bot.conftest import StartBot

PUT = ("PUT", "/applications/{application_id}/commands")


def told(playground: Playground) -> list[Any]:
    """The lists of commands that the bot sent."""
    return [one.body for one in playground.rest.records if (one.method, one.route) == PUT]


async def test_discord_is_told_of_the_commands_once_and_again_when_they_changed(
    playground: Playground, start: StartBot, store: Store
):
    await (await start()).close()
    assert len(told(playground)) == 1
    bot = await start()
    assert len(told(playground)) == 1
    await bot.close()
    await store.put_note("commands", "of an older version")
    await (await start()).close()
    assert len(told(playground)) == 2


async def test_commands_that_discord_lost_are_sent_again(playground: Playground, start: StartBot):
    await (await start()).close()
    lost = next(one for one in playground.commands.all_in(None) if one["name"] == "draw")
    playground.commands.remove(None, int(lost["id"]))
    await start()
    assert "draw" in {one["name"] for one in playground.commands.all_in(None)}


async def test_the_entry_point_of_activities_is_sent_along_as_it_is(
    playground: Playground, ada: TestUser, start: StartBot
):
    before = playground.commands.enable_activities()
    await start()
    (after,) = (one for one in playground.commands.all_in(None) if one["type"] == ENTRY_POINT)
    assert after["id"] == before["id"]
    assert (after["name"], after["handler"]) == ("launch", DISCORD_LAUNCH_ACTIVITY)
    assert (await ada.slash("help")).message is not None


@pytest.mark.parametrize(
    ("status", "code"), [(400, 50240), (400, 50035), (400, 30034), (403, 50001), (503, 0)]
)
async def test_a_refused_sync_is_one_line_in_the_log_and_the_bot_starts(
    playground: Playground,
    ada: TestUser,
    start: StartBot,
    caplog: pytest.LogCaptureFixture,
    status: int,
    code: int,
):
    playground.faults.fail("PUT */commands", times=9, status=status, code=code)
    bot = await start()
    assert bot.is_ready()
    (line,) = (one for one in caplog.records if one.name == "bot.command_sync")
    assert line.levelno == logging.ERROR
    assert "\n" not in line.getMessage() + str(vars(line)["reason"])
    assert ada.say("the bot is here") in ada.sees()


async def test_a_sync_that_discord_has_wait_does_not_hold_the_bot_up(
    playground: Playground, start: StartBot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.command_sync.PATIENCE", 0.2)
    playground.faults.rate_limit("PUT */commands", times=1, retry_after=3600.0)
    bot = await start()
    assert bot.is_ready()
    assert told(playground) == [] or playground.commands.all_in(None) == []
