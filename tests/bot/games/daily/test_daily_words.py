from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlite_utils import Database

from bot.games.albums.album import AlbumStore
from bot.games.daily import daily_words
from bot.kit.errors import UserError
from bot.kit.untrusted import shown
from bot.pad.operations import Add
from bot.playground.model.entities import Message
from bot.playground.model.permission import Permission
from bot.playground.model.uploads import UploadedFile
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings, streaks
from bot.store.database import Store
from bot.store.schema import table
from games.daily.daily import MOST_IDLE, suitable
from tests.bot.commands.test_privacy import delete_all
from tests.bot.conftest import SOON, StartBot
from tests.bot.games.conftest import until
from tests.bot.games.daily.conftest import Calendar, hands_in, seen, switched_on, todays
from tests.bot.store.test_erasure import traces


@pytest.fixture
def people(playground: Playground) -> list[TestUser]:
    return [TestUser(playground, name) for name in ("Ada", "Grace")]


class Tab:
    """A tab that shows a sheet to nobody."""

    def tell(self, text: str) -> None: ...

    def leave(self, code: int) -> None: ...


def the_word(person: TestUser) -> Message:
    return seen(person, "Today's word")[-1]


async def test_there_is_no_word_until_a_channel_is_chosen(
    ada: TestUser, mod: TestUser, start: StartBot
):
    bot = await start()
    with pytest.raises(UserError):
        daily_words.of(bot).day_of(bot.guilds[0].id)
    assert seen(ada, "Today's word") == []
    await switched_on(mod)
    day = await todays(bot)
    assert shown(day.state.word.text) in the_word(ada).text


async def test_a_day_from_the_word_to_the_album(
    people: list[TestUser], mod: TestUser, start: StartBot, calendar: Calendar, store: Store
):
    ada, grace = people
    bot = await start()
    await switched_on(mod)
    day = await todays(bot)
    word = the_word(ada)
    first = day.state.word.text
    await until(lambda: day.state.own)
    await hands_in(ada, word)
    await hands_in(ada, word)
    await until(lambda: "**1** drawing so far" in word.text)
    await hands_in(grace, word)
    await until(lambda: "**2** drawings so far" in word.text)
    assert all(not message.attachments for message in ada.sees())
    calendar.next_day()
    following = await todays(bot, 2)
    assert following.state.word.text != first
    (album,) = seen(ada, "Album 1")
    assert f"today's word was *{shown(first)}*" in album.text
    assert [file.filename for file in album.attachments] == ["drawings.png", "chain.gif"]
    assert album.id < the_word(ada).id  # the next word is beneath it
    assert "The day is over" in word.text
    kept = await AlbumStore(store).by_id(1, bot.guilds[0].id)
    assert kept is not None
    assert [leaf.author for leaf in kept.books[0]] == [0, 0, ada.user.id, grace.user.id]
    # The next day is Ada's second one; Grace has none.
    await hands_in(ada, the_word(ada))
    calendar.next_day()
    await todays(bot, 3)
    (album,) = seen(ada, "Album 2")
    assert f"🔥 Words in a row: <@{ada.user.id}> **2**" in album.text
    streak = await streaks.streak(store, bot.guilds[0].id, ada.user.id)
    assert (streak and (streak.days, streak.longest, streak.last)) == (2, 2, 2)


async def test_what_is_on_the_pad_at_midnight_counts(
    ada: TestUser, mod: TestUser, start: StartBot, calendar: Calendar
):
    bot = await start()
    bot.pad.address = "http://pad.example"
    bot.pad.now = calendar
    await switched_on(mod)
    day = await todays(bot)
    opened = (await ada.press(the_word(ada), "Draw it")).message
    assert opened is not None
    assert opened.ephemeral_to == ada.user.id
    (link,) = (part["url"] for part in opened.walk() if "url" in part)
    live = await bot.pad.admit(link.partition("#")[2])
    assert live.sheet.title == day.state.word.text
    line = Add(stroke="abcdefgh-1", ink=0, pen=1, points=(2000, 2000, 8000, 8000))
    await bot.pad.take(live, "abcdefgh", 1, [line], by=Tab())
    calendar.next_day()
    await todays(bot, 2)
    assert "Album 1" in seen(ada, "Album 1")[0].text
    assert live.closed


async def test_a_day_without_drawings_has_no_album_and_a_week_of_them_ends_it(
    ada: TestUser, mod: TestUser, start: StartBot, calendar: Calendar, store: Store
):
    bot = await start()
    await switched_on(mod)
    for number in range(1, MOST_IDLE + 1):
        day = await todays(bot, number)
        await until(lambda day=day: day.state.own)
        calendar.next_day()
    await until(lambda: seen(ada, "Nobody has drawn for a week"))
    words = seen(ada, "Today's word")
    assert len(words) == MOST_IDLE
    assert all("Nobody drew it but me" in word.text for word in words)
    assert all([file.filename for file in word.attachments] == ["own.png"] for word in words)
    assert seen(ada, "Album") == []
    assert (await server_settings.of(store, bot.guilds[0].id)).daily is None


async def test_switching_it_off_stops_it_and_deletes_what_is_kept(
    ada: TestUser, mod: TestUser, start: StartBot, calendar: Calendar, store: Store
):
    bot = await start()
    await switched_on(mod)
    await todays(bot)
    await hands_in(ada, the_word(ada))
    calendar.next_day()
    await todays(bot, 2)
    word = the_word(ada)
    await hands_in(ada, word)
    panel = (await mod.slash("settings")).message
    assert panel is not None
    assert "a new one every day" in panel.text
    await mod.choose(panel, "panel:settings:daily")
    await until(lambda: "no daily word here any more" in word.text)
    guild = bot.guilds[0].id

    def left(db: Database) -> list[str]:
        names = ("dailies", "streaks", "sketches", "events", "sheets")
        return [name for name in names if table(db, name).count]

    async with asyncio.timeout(SOON):
        while await store.do(left):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)
    assert await streaks.streak(store, guild, ada.user.id) is None
    calendar.next_day()
    with pytest.raises(UserError):
        daily_words.of(bot).day_of(guild)
    assert len(seen(ada, "Today's word")) == 2


async def test_a_lost_channel_switches_it_off_and_the_owner_is_told(
    people: list[TestUser],
    mod: TestUser,
    playground: Playground,
    start: StartBot,
    calendar: Calendar,
    store: Store,
):
    ada, owner = people
    playground.world.owner_id = owner.user.id
    bot = await start()
    await switched_on(mod)
    await todays(bot)
    await hands_in(ada, the_word(ada))
    calendar.next_day()
    await todays(bot, 2)
    await hands_in(ada, the_word(ada))
    world, running = playground.world, daily_words.of(bot)
    world.overwrite(mod.here, world.bot.id, deny=Permission.SEND_MESSAGES)
    calendar.next_day()
    told = await owner.wait_for_message("The daily word is off now", owner.direct, SOON)
    assert "**Send Messages**" in told.text
    guild = bot.guilds[0].id
    await until(lambda: guild not in running._days)
    assert (await server_settings.of(store, guild)).daily is None
    assert len(seen(ada, "Today's word")) == 2
    # Streaks wait for the channel to be chosen again.
    assert await streaks.streak(store, guild, ada.user.id) is not None


async def test_who_has_their_data_deleted_is_not_in_the_album(
    people: list[TestUser], mod: TestUser, start: StartBot, calendar: Calendar, store: Store
):
    ada, grace = people
    bot = await start()
    await switched_on(mod)
    day = await todays(bot)
    word = the_word(ada)
    await hands_in(ada, word)
    await hands_in(grace, word)
    await delete_all(ada)
    await until(lambda: "**1** drawing so far" in word.text)
    assert set(await traces(store, ada.user.id)) == {"erasures", "events"}
    calendar.next_day()
    await todays(bot, 2)
    kept = await AlbumStore(store).of_game(day.id)
    assert kept is not None
    assert kept.people == [grace.user.id]


async def test_what_is_no_picture_is_refused_in_one_line(
    ada: TestUser, mod: TestUser, start: StartBot
):
    bot = await start()
    await switched_on(mod)
    day = await todays(bot)
    form = await ada.press(the_word(ada), "Draw it")
    text = UploadedFile("drawing.png", b"no picture", "image/png")
    answer = (await ada.submit(form, {"image": [text]})).message
    assert answer is not None
    await until(lambda: "can't open that as a picture" in answer.text)
    assert day.state.entries == ()


async def test_the_word_is_no_blocked_one_and_in_the_language_of_the_server(
    mod: TestUser, start: StartBot, store: Store
):
    bot = await start()
    guild = bot.guilds[0].id
    left, *others = (word.text for word in suitable("de"))
    many = tuple(others[: server_settings.MAX_BLOCKED])
    await server_settings.change(store, guild, language="de", blocked=many)
    await switched_on(mod)
    day = await todays(bot)
    assert day.state.word.text in {left, *others[server_settings.MAX_BLOCKED :]}
    assert seen(mod, "Wort des Tages")


@pytest.mark.parametrize("write", [1, 2, 3, 5, 7, 9, 11])
async def test_a_bot_that_is_killed_at_midnight_posts_one_album_and_one_word(
    ada: TestUser,
    mod: TestUser,
    start: StartBot,
    calendar: Calendar,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    write: int,
):
    bot = await start()
    await switched_on(mod)
    day = await todays(bot)
    await hands_in(ada, the_word(ada))
    await until(lambda: day.state.own)
    over, wrote = asyncio.Event(), 0
    do = store.do

    async def killed(work: Any) -> Any:
        nonlocal wrote
        wrote += 1
        if wrote > write:
            over.set()
            raise RuntimeError("killed")
        return await do(work)

    monkeypatch.setattr(store, "do", killed)
    calendar.next_day()
    await over.wait()
    await bot.close()
    monkeypatch.setattr(store, "do", do)
    bot = await start()
    await todays(bot, 2)
    assert len(seen(ada, "Album")) == 1
    first, second = seen(ada, "Today's word")
    assert "The day is over" in first.text
    assert "nobody sees anyone else's drawing" in second.text
    streak = await streaks.streak(store, bot.guilds[0].id, ada.user.id)
    assert streak is not None
    assert streak.days == 1
    running = [row for row in await store.running_games() if row["kind"] == streaks.KIND]
    assert len(running) == 1
