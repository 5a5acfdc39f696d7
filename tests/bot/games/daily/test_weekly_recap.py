from __future__ import annotations

from typing import Any

import pytest

from bot.client import Penguess
from bot.games.albums.album import AlbumPage, AlbumStore
from bot.games.daily import weekly_recap
from bot.playground.model.permission import Permission
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import boards, server_settings
from bot.store.database import Store
from bot.texts import Texts
from games.daily.week import WEEK, begins, week_of
from tests.bot.conftest import SOON, StartBot
from tests.bot.games.conftest import until
from tests.bot.games.daily.conftest import Calendar, seen
from tests.bot.store.test_boards import played
from tests.bot.store.test_database import DRAWING


@pytest.fixture
def calendar() -> Calendar:
    """The middle of this week, as what is stored has the time of today."""
    turned = Calendar()
    turned.time = begins(week_of(turned.real())) + WEEK / 2
    return turned


async def switched_on(mod: TestUser) -> None:
    panel = (await mod.slash("settings")).message
    assert panel is not None
    await mod.choose(panel, "panel:settings:recap", mod.here)


async def lively(bot: Penguess, store: Store, person: TestUser, channel: int) -> None:
    """A game this week with a drawing that was voted the best."""
    guild = bot.guilds[0].id
    game = await played(store, {person.user.id: 10}, words={"moth": (1, 0, 1)}, guild=guild)
    await store.end_game(game)
    shelf = AlbumStore(store)
    leaves = (AlbumPage(0, "moth"), AlbumPage(person.user.id, DRAWING))
    kept = await shelf.put(
        game=game,
        guild=guild,
        channel=channel,
        host=0,
        days=30,
        books=(leaves,),
        drifts=(None,),
        drawings=True,
    )
    await shelf.vote(kept, ((0, 1),))


async def test_a_week_is_told_once_on_monday_and_a_quiet_one_not_at_all(
    ada: TestUser, mod: TestUser, start: StartBot, calendar: Calendar, store: Store
):
    bot = await start()
    guild = bot.guilds[0].id
    await lively(bot, store, ada, ada.here.id)
    await switched_on(mod)
    await until(lambda: guild in weekly_recap.of(bot)._wanted)
    assert seen(ada, "The week from") == []
    calendar.time += WEEK
    (told,) = await until(lambda: seen(ada, "The week from"))
    assert [file.filename for file in told.attachments] == ["week.png"]
    await bot.close()
    bot = await start()
    calendar.time += WEEK
    await until(lambda: weekly_recap.of(bot)._last.get(guild) == week_of(calendar.time) - 1)
    assert len(seen(ada, "The week from")) == 1


@pytest.mark.parametrize("write", [1, 2, 3, 4])
async def test_a_bot_that_is_killed_on_monday_tells_the_week_once(
    ada: TestUser,
    mod: TestUser,
    start: StartBot,
    calendar: Calendar,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    write: int,
):
    bot = await start()
    await lively(bot, store, ada, ada.here.id)
    await switched_on(mod)
    recaps, wrote, do = weekly_recap.of(bot), 0, store.do
    await until(lambda: bot.guilds[0].id in recaps._wanted)

    async def killed(work: Any) -> Any:
        nonlocal wrote
        wrote += 1
        if wrote > write:
            raise RuntimeError("killed")
        return await do(work)

    monkeypatch.setattr(store, "do", killed)
    calendar.time += WEEK
    await until(lambda: wrote > write and not recaps._busy)
    await bot.close()
    monkeypatch.setattr(store, "do", do)
    calendar.time += 120
    await start()
    await until(lambda: seen(ada, "The week from"))
    assert len(seen(ada, "The week from")) == 1


async def test_what_not_everybody_may_see_is_not_in_it(
    ada: TestUser,
    mod: TestUser,
    playground: Playground,
    start: StartBot,
    store: Store,
    calendar: Calendar,
):
    bot = await start()
    world = playground.world
    hidden = next(one for one in world.channels.values() if one.id != ada.here.id)
    await lively(bot, store, ada, hidden.id)
    recaps, guild = weekly_recap.of(bot), bot.guilds[0].id
    now = calendar.real()
    texts = Texts("en")
    week = (now - WEEK, now + WEEK)
    (best,) = await recaps._best(guild, ada.here.id, *week, texts)
    assert (best.author, best.note) == ("Ada", "moth")
    world.overwrite(hidden, world.guild_id, deny=Permission.VIEW_CHANNEL)
    place = bot.guilds[0].get_channel(hidden.id)
    assert place is not None
    everyone = bot.guilds[0].default_role
    await until(lambda: not place.permissions_for(everyone).view_channel)
    assert await recaps._best(guild, ada.here.id, *week, texts) == []


async def test_a_lost_channel_switches_it_off_and_the_owner_is_told(
    ada: TestUser,
    mod: TestUser,
    playground: Playground,
    start: StartBot,
    store: Store,
    calendar: Calendar,
):
    world = playground.world
    world.owner_id = ada.user.id
    bot = await start()
    await lively(bot, store, ada, ada.here.id)
    await switched_on(mod)
    await until(lambda: bot.guilds[0].id in weekly_recap.of(bot)._wanted)
    world.overwrite(mod.here, world.bot.id, deny=Permission.SEND_MESSAGES)
    calendar.time += WEEK
    told = await ada.wait_for_message("The weekly recap is off now", ada.direct, SOON)
    assert "**Send Messages**" in told.text
    assert (await server_settings.of(store, bot.guilds[0].id)).recap is None


async def test_the_figures_of_a_week(store: Store):
    game = await played(store, {7: 10, 8: 5}, words={"moth": (7, 1, 1)}, guild=5)
    assert game
    did = await boards.week(store, 5, 0.0, 9e9, 3)
    assert (did.games, did.drawings, did.streak) == (1, 0, 0)
    assert not did.quiet
    assert (await boards.week(store, 6, 0.0, 9e9, 3)).quiet
    assert (await boards.week(store, 5, 9e9, 9.1e9, 3)).quiet
