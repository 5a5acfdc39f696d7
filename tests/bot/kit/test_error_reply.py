"""Errors after an answer was put off reach the person, and take nothing away that is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import discord
import pytest
from discord import app_commands

from bot.kit import error_reply
from bot.kit.errors import UserError
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.playground.conftest import SampleBot, StartBot
from tests.bot.playground.conftest import playground as playground
from tests.bot.playground.conftest import start as start

Work = Callable[[discord.Interaction], Awaitable[object]]


@pytest.fixture
def ada(playground: Playground) -> TestUser:
    return TestUser(playground, "Ada")


async def failed(ada: TestUser, start: StartBot, work: Work) -> bool:
    """Ada calls a command that does `work` and then fails; all is said. What `explain` returns."""
    bot, done = SampleBot(), asyncio.Future[bool]()

    @bot.tree.command(description="Fails")
    @app_commands.allowed_contexts(guilds=True)
    async def fail(interaction: discord.Interaction) -> None:
        await work(interaction)
        error = UserError("games.over")
        done.set_result(await error_reply.explain(interaction, error, "what I typed"))

    await start(bot)
    ada.call("fail")
    async with asyncio.timeout(60):
        return await done


def told(ada: TestUser) -> list[tuple[str, bool, bool]]:
    """What Ada sees: its first line, whether it is for her alone, and whether it still waits."""
    return [
        (m.text.split("\n")[0], m.ephemeral_to == ada.user.id, m.is_loading) for m in ada.sees()
    ]


OVER = ("That game is over.", True, False)


async def deferred_for_one(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)


async def deferred_for_all(interaction: discord.Interaction) -> None:
    await interaction.response.defer(thinking=True)


async def test_what_was_put_off_for_one_person_becomes_the_error(
    playground: Playground, ada: TestUser, start: StartBot
):
    await failed(ada, start, deferred_for_one)
    assert told(ada) == [OVER]
    assert "what I typed" in ada.sees()[0].text
    assert not any(one.method == "DELETE" for one in playground.rest.records)


@pytest.mark.parametrize("asked", ["GET */messages/@original", "PATCH */messages/@original"])
async def test_who_waits_is_told_when_discord_takes_it_again(
    playground: Playground,
    ada: TestUser,
    start: StartBot,
    asked: str,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(error_reply, "LAST_TRIES", (0.0, 0.0))
    playground.faults.fail(asked, times=2, status=503)
    await failed(ada, start, deferred_for_one)
    assert told(ada) == [OVER]


async def test_what_was_put_off_for_all_goes_and_the_error_is_for_one(
    ada: TestUser, start: StartBot
):
    await failed(ada, start, deferred_for_all)
    assert told(ada) == [OVER]


async def test_when_somebody_deleted_thinking_the_error_comes_directly(
    playground: Playground, ada: TestUser, start: StartBot
):
    async def deleted(interaction: discord.Interaction) -> None:
        await interaction.response.defer(thinking=True)
        playground.faults.delete_message(ada.sees()[-1])

    await failed(ada, start, deleted)
    assert ada.sees() == []
    assert "That game is over." in ada.sees(ada.direct)[-1].text


@pytest.mark.parametrize("ephemeral", [False, True])
async def test_an_answer_that_was_given_stays(ada: TestUser, start: StartBot, *, ephemeral: bool):
    async def answered(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=ephemeral, thinking=True)
        await interaction.edit_original_response(content="a good answer")

    await failed(ada, start, answered)
    assert told(ada) == [("a good answer", ephemeral, False), OVER]


@pytest.mark.parametrize("answered", [False, True])
async def test_who_could_not_be_told_waits_only_without_an_answer(
    playground: Playground,
    ada: TestUser,
    start: StartBot,
    monkeypatch: pytest.MonkeyPatch,
    *,
    answered: bool,
):
    monkeypatch.setattr(error_reply, "LAST_TRIES", (0.0,))

    async def work(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        if answered:
            await interaction.edit_original_response(content="a good answer")
        playground.faults.fail("PATCH */messages/@original", times=9, status=403)
        playground.faults.fail("POST */webhooks/*", times=9, status=403)

    assert await failed(ada, start, work) is answered
