from __future__ import annotations

import pytest

from bot.playground.model.entities import ChannelType, Message
from bot.playground.model.permission import Permission
from bot.playground.protocol.command_input import InvalidInput
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import examples, server_settings
from bot.store.database import Store
from bot.store.server_settings import ServerSettings
from engine.serve.api import Example
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import until


@pytest.fixture
def mod(playground: Playground) -> TestUser:
    return TestUser(playground, "Mod", moderator=True)


async def opened(mod: TestUser) -> Message:
    message = (await mod.slash("settings")).message
    assert message is not None
    assert message.ephemeral_to == mod.user.id
    return message


async def kept(playground: Playground, store: Store) -> ServerSettings:
    return await server_settings.of(store, playground.world.guild_id)


async def test_only_who_manages_the_server_finds_the_command(ada: TestUser, start: StartBot):
    await start()
    with pytest.raises(InvalidInput):
        await ada.slash("settings")


async def test_each_select_is_stored_and_shown_at_once(
    playground: Playground, mod: TestUser, start: StartBot, store: Store
):
    await start()
    message = await opened(mod)
    channel, role = mod.here, playground.world.moderators.id
    await mod.choose(message, "panel:settings:channels", channel)
    await mod.choose(message, "panel:settings:starters", "role")
    await mod.choose(message, "panel:settings:role", role)
    await mod.choose(message, "panel:settings:style", "neon")
    await mod.choose(message, "panel:settings:ink", "pen")
    await mod.choose(message, "panel:settings:language", "en")
    assert await kept(playground, store) == ServerSettings(
        channels=(channel.id,), starters="role", role=role, style="neon", ink="pen", language="en"
    )
    chosen = {part["custom_id"]: part for part in message.walk() if part.get("custom_id")}
    assert int(chosen["panel:settings:channels"]["default_values"][0]["id"]) == channel.id
    assert int(chosen["panel:settings:role"]["default_values"][0]["id"]) == role
    (style,) = [o for o in chosen["panel:settings:style"]["options"] if o.get("default")]
    assert style["value"] == "neon"
    await mod.choose(message, "panel:settings:ink", "own")
    assert (await kept(playground, store)).ink is None
    await mod.choose(message, "panel:settings:channels")
    assert (await kept(playground, store)).channels == ()


async def test_whether_chat_is_read_can_be_chosen_where_the_bot_may_read_it(
    playground: Playground, mod: TestUser, start: StartBot, store: Store
):
    await start(chat=True)
    message = await opened(mod)
    # It is not, for want of a permission; the way to it is named and leads to no more than that.
    assert "**Manage Messages**" in message.text
    assert "permissions=274877950976" in message.text
    await mod.choose(message, "panel:settings:chat", "no")
    assert (await kept(playground, store)).chat is False
    assert "Manage Messages" not in message.text
    await mod.choose(message, "panel:settings:chat", "yes")
    assert "Manage Messages" in message.text
    world = playground.world
    world.overwrite(mod.here, world.bot.id, allow=Permission.MANAGE_MESSAGES)
    assert "Manage Messages" not in (await opened(mod)).text


async def test_numbers_are_taken_within_their_bounds(
    playground: Playground, mod: TestUser, start: StartBot, store: Store
):
    await start(per_person=3)
    message = await opened(mod)
    form = await mod.press(message, "Numbers …")
    await mod.submit(form, {"strokes": "12", "per_person": "2", "retention_days": "30"})
    server = await kept(playground, store)
    assert (server.strokes, server.per_person, server.per_server) == (12, 2, None)
    assert server.retention_days == 30
    assert "one person: **2**" in message.text
    assert "for **30** days" in message.text
    for wrong in ({"strokes": "3"}, {"per_person": "4"}, {"retention_days": "soon"}):
        refused = await mod.submit(await mod.press(message, "Numbers …"), wrong)
        assert refused.message is not None
        assert "must be a whole number from" in refused.message.text
    assert await kept(playground, store) == server
    await mod.submit(await mod.press(message, "Numbers …"), {})
    assert await kept(playground, store) == ServerSettings()


async def test_blocked_words_are_stored_and_not_shown_in_the_panel(
    playground: Playground, mod: TestUser, start: StartBot, store: Store
):
    await start()
    message = await opened(mod)
    form = await mod.press(message, "Blocked words …")
    await mod.submit(form, {"blocked": "moth, ice  cream\nmoth\n\n!!"})
    assert (await kept(playground, store)).blocked == ("moth", "ice cream")
    assert "**2** blocked words" in message.text
    assert "moth" not in message.text
    form = await mod.press(message, "Blocked words …")
    refused = await mod.submit(form, {"blocked": "x" * 41})
    assert refused.message is not None
    assert "up to 40 characters" in refused.message.text


async def test_the_panel_works_after_a_restart_and_goes_back_to_the_defaults(
    playground: Playground, mod: TestUser, start: StartBot, store: Store
):
    bot = await start()
    message = await opened(mod)
    await bot.close()
    await start()
    await mod.choose(message, "panel:settings:style", "neon")
    assert (await kept(playground, store)).style == "neon"
    await mod.press(message, "Defaults")
    assert await kept(playground, store) == ServerSettings()


async def test_who_lost_the_permission_can_use_the_panel_no_more(
    playground: Playground, mod: TestUser, start: StartBot, store: Store
):
    await start()
    message = await opened(mod)
    playground.world.members[mod.user.id].roles.clear()
    refused = await mod.choose(message, "panel:settings:style", "neon")
    assert refused.message is not None
    assert "Manage Server" in refused.message.text
    assert await kept(playground, store) == ServerSettings()


async def test_every_channel_with_a_chat_can_be_chosen_and_what_is_gone_is_not_shown(
    playground: Playground, mod: TestUser, start: StartBot, store: Store
):
    bot = await start()
    world = playground.world
    kinds = (ChannelType.ANNOUNCEMENT, ChannelType.VOICE, ChannelType.STAGE)
    news, voice, stage = (world.add_channel(f"c{int(kind)}", kind=kind) for kind in kinds)
    message = await opened(mod)
    await mod.choose(message, "panel:settings:channels", news, voice, stage)
    await mod.choose(message, "panel:settings:starters", "role")
    await mod.choose(message, "panel:settings:role", world.moderators.id)
    world.remove_channel(news)
    (guild,) = bot.guilds
    guild._remove_role(world.moderators.id)  # the playground deletes no roles
    await until(lambda: guild.get_channel(news.id) is None)
    await mod.choose(message, "panel:settings:style", "neon")
    found = {part["custom_id"]: part for part in message.walk() if part.get("custom_id")}
    shown = found["panel:settings:channels"]["default_values"]
    assert {int(one["id"]) for one in shown} == {voice.id, stage.id}
    assert not found["panel:settings:role"].get("default_values")
    for gone in (voice, stage):
        world.remove_channel(gone)
    await until(lambda: guild.get_channel(stage.id) is None)
    refused = (await mod.slash("draw", prompt="a cat")).message
    assert refused is not None
    assert "`/settings`" in refused.text


async def test_a_server_can_have_nobody_pinged(
    playground: Playground, mod: TestUser, start: StartBot, store: Store
):
    await start()
    message = await opened(mod)
    assert (await kept(playground, store)).pings
    await mod.choose(message, "panel:settings:pings", "no")
    assert not (await kept(playground, store)).pings


async def test_the_bot_learns_where_that_is_switched_on_and_forgets_when_it_is_switched_off(
    playground: Playground, mod: TestUser, start: StartBot, store: Store
):
    await start()
    message = await opened(mod)
    assert (await kept(playground, store)).learns is False
    await mod.choose(message, "panel:settings:learns", "yes")
    assert (await kept(playground, store)).learns is True
    guild = playground.world.guild_id
    example = Example(word="cat", vector=(1.0,), space="an eye")
    await examples.keep(store, example, game=1, turn=1, guild=guild, person=7)
    await mod.choose(message, "panel:settings:pings", "no")
    assert len(await examples.learned(store, guild)) == 1
    await mod.choose(message, "panel:settings:learns", "no")
    assert await store.do(lambda db: db["examples"].count) == 0
