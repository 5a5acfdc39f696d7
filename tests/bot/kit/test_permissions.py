from __future__ import annotations

from pathlib import Path

import pytest

from bot.kit import permissions
from bot.playground.model.entities import Message
from bot.playground.model.permission import Permission
from bot.playground.protocol.interaction import Interaction
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.conftest import SOON, StartBot

README = Path(__file__).parents[3] / "README.md"
LOST = {
    "View Channel": Permission.VIEW_CHANNEL,
    "Send Messages": Permission.SEND_MESSAGES,
    "Attach Files": Permission.ATTACH_FILES,
}


def private(interaction: Interaction, person: TestUser) -> str:
    assert interaction.message is not None
    assert interaction.message.ephemeral_to == person.user.id
    return interaction.message.text


@pytest.mark.parametrize("chat", [False, True])
def test_the_readme_has_the_links_by_which_the_bot_is_invited(*, chat: bool):
    """docs: https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow"""
    link = permissions.invitation(1234567, chat=chat).replace("1234567", "ID")
    assert f"{link}\n" in README.read_text("utf-8")


@pytest.mark.parametrize("name", LOST)
async def test_a_game_is_not_opened_where_a_permission_is_missing_and_its_name_is_told(
    playground: Playground, ada: TestUser, start: StartBot, name: str
):
    await start()
    playground.faults.take_permission(ada.here, LOST[name])
    told = private(await ada.slash("pictionary"), ada)
    assert f"**{name}**" in told
    assert f"<#{ada.here.id}>" in told
    playground.faults.give_back_permissions(ada.here)
    opened = await ada.slash("pictionary")
    assert opened.message is not None
    assert opened.message.ephemeral_to is None


async def test_in_a_thread_it_is_writing_there_that_is_needed(
    playground: Playground, ada: TestUser, start: StartBot
):
    await start()
    world = playground.world
    thread = world.add_thread(ada.here, "a thread", ada.user, message=None, private=False)
    world.overwrite(ada.here, world.bot.id, deny=Permission.SEND_MESSAGES_IN_THREADS)
    ada.go(thread)
    told = private(await ada.slash("pictionary"), ada)
    assert "**Send Messages in Threads**" in told


async def test_what_discord_forbids_is_explained_by_what_is_missing(
    playground: Playground, ada: TestUser, start: StartBot
):
    await start()
    playground.faults.take_permission(ada.here, Permission.ATTACH_FILES)
    playground.faults.fail("POST */callback", status=403)
    told = private(await ada.slash("leaderboard"), ada)
    assert "**Attach Files**" in told
    playground.faults.give_back_permissions(ada.here)
    playground.faults.fail("POST */callback", status=403)
    assert "doesn't let me" in private(await ada.slash("leaderboard"), ada)


async def test_who_hosts_a_game_is_told_when_the_bot_loses_a_permission(
    playground: Playground, ada: TestUser, start: StartBot
):
    await start()
    opened = await ada.slash("pictionary", mode="bot-draws", rounds=1)
    assert opened.message is not None
    playground.faults.take_permission(ada.here, Permission.SEND_MESSAGES)
    await ada.press(opened.message, "Start")

    def told() -> list[Message]:
        return [
            message
            for message in [*ada.sees(), *ada.sees(ada.direct)]
            if "**Send Messages**" in message.text
        ]

    assert await ada.wait_for(told, SOON)
