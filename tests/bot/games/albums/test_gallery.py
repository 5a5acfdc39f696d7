"""Who may read which album: whoever may read in the channel where it was made."""

from __future__ import annotations

import pytest

from bot.games.albums.album import AlbumPage, AlbumStore
from bot.playground.model.entities import Message
from bot.playground.model.permission import Permission
from bot.playground.protocol.interaction import Interaction
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from tests.bot.commands.test_guess import answer
from tests.bot.conftest import StartBot

GONE = 4_000_000_000
PLACES = ("open", "hidden", "without history", "public thread", "private thread", "deleted")


@pytest.fixture
async def kept(playground: Playground, store: Store) -> dict[str, int]:
    """Albums by where they were made; the numbers of the albums."""
    world = playground.world
    everyone = world.guild_id
    hidden = world.add_channel("hidden")
    world.overwrite(hidden, everyone, deny=Permission.VIEW_CHANNEL)
    past = world.add_channel("without-history")
    world.overwrite(past, everyone, deny=Permission.READ_MESSAGE_HISTORY)
    parent = next(iter(world.channels.values()))
    public = world.add_thread(parent, "public", world.bot, message=None, private=False)
    private = world.add_thread(parent, "private", world.bot, message=None, private=True)
    opened = world.add_channel("open")
    channels = (opened.id, hidden.id, past.id, public.id, private.id, GONE)
    shelf = AlbumStore(store)
    found: dict[str, int] = {}
    for game, (place, channel) in enumerate(zip(PLACES, channels, strict=True), start=1):
        album = await shelf.put(
            game=game,
            guild=world.guild_id,
            channel=channel,
            host=1,
            days=1,
            books=((AlbumPage(1, f"what was said in {place}"),),),
            drifts=(None,),
        )
        found[place] = album.id
    return found


async def read(person: TestUser, asked: Interaction) -> str:
    return (await answer(person, asked)).text


async def gallery(person: TestUser) -> Message:
    return await answer(person, await person.slash("gallery"))


async def test_a_member_sees_what_their_permissions_let_them_see(
    playground: Playground, ada: TestUser, start: StartBot, kept: dict[str, int]
):
    await start()
    listed = await gallery(ada)
    assert listed.ephemeral_to == ada.user.id
    seen = [place for place in PLACES if f"said in {place}" in listed.text]
    assert seen == ["open", "public thread"]
    for place in PLACES:
        text = await read(ada, await ada.slash("album", number=kept[place]))
        assert (f"said in {place}" in text) == (place in seen), place
    assert "public thread" in await read(ada, await ada.slash("album"))  # the newest of those


async def test_a_member_of_a_private_thread_sees_what_was_made_in_it(
    playground: Playground, ada: TestUser, start: StartBot, kept: dict[str, int]
):
    await start()
    thread = playground.world.channel_named("private")
    thread.thread_members[ada.user.id] = playground.world.clock.now()
    assert "private thread" in (await gallery(ada)).text


async def test_a_message_for_all_shows_each_presser_what_they_may_see(
    playground: Playground, ada: TestUser, start: StartBot, kept: dict[str, int]
):
    await start()
    moderator = TestUser(playground, "Mod", moderator=True)
    playground.world.members[moderator.user.id].roles.clear()
    playground.world.overwrite(
        playground.world.channel_named("hidden"), moderator.user.id, allow=Permission.VIEW_CHANNEL
    )
    card = await answer(moderator, await moderator.slash("album", number=kept["hidden"]))
    assert "said in hidden" in card.text
    told = await answer(ada, await ada.press(card, "Zip"))
    assert told.ephemeral_to == ada.user.id
    assert not told.attachments
