"""`/collage`: what it is cut from, and that it stays so."""

from __future__ import annotations

import io

from PIL import Image

from bot.drawing.stored_drawings import StoredDrawings
from bot.pictures import server_emoji
from bot.playground.model.emoji import Emoji
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings
from bot.store.database import Store
from engine.paint.options import MAX_CUT_UP
from tests.bot.conftest import StartBot, over, picture
from tests.pace import Pace


async def test_it_is_cut_from_the_server_s_emoji_and_goes_on_after_a_restart(
    playground: Playground, ada: TestUser, start: StartBot, store: Store, pace: Pace
):
    pace.hold()
    bot = await start(steps=4)
    message = (await ada.slash("collage", prompt="a portrait of our admin", pieces=6)).message
    assert message is not None
    await ada.wait_for(lambda: "server's emoji" in message.text, 300)
    await bot.close()
    pace.release()
    bot = await start(steps=4)
    await over(ada, message)
    name, data = picture(message)
    assert name == "drawing.gif"
    with Image.open(io.BytesIO(data)) as gif:
        assert len(gif.convert("RGB").getcolors(1 << 20) or ()) > 3
    first = await StoredDrawings(store).of_message(message.id)
    assert first is not None
    assert len(first.request.patches) == len(playground.world.emoji)
    for file in first.request.patches:
        with Image.open(io.BytesIO(file)) as copy:
            assert max(copy.size) == 96
            assert min(copy.convert("RGBA").getchannel("A").tobytes()) == 0  # see-through as it was
    assert first.drawing is not None
    assert len(first.drawing.patches) == 6
    asked = count_of(playground, "/guilds/{guild_id}/emojis")
    again = (await ada.press(message, "Again")).message
    assert again is not None
    await over(ada, again)
    second = await StoredDrawings(store).of_message(again.id)
    assert second is not None
    assert second.request.patches == first.request.patches
    assert count_of(playground, "/guilds/{guild_id}/emojis") == asked
    svg = (await ada.press(message, "SVG")).message
    assert svg is not None
    _, lines = picture(svg)
    assert lines.count(b"<image ") == 6


def count_of(playground: Playground, route: str) -> int:
    return sum(record.route == route for record in playground.rest.records)


async def test_without_emoji_it_takes_those_that_ship_and_says_so(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    playground.world.emoji.clear()
    await start(steps=2)
    message = (await ada.slash("collage", prompt="a face", pieces=4)).message
    assert message is not None
    await over(ada, message)
    assert "I find none of this server's" in message.text
    stored = await StoredDrawings(store).of_message(message.id)
    assert stored is not None
    assert stored.request.patches == ()
    assert stored.drawing is not None
    assert stored.drawing.patches


async def test_what_is_no_picture_or_too_large_is_left_out_and_there_are_not_too_many(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    world = playground.world
    (good, *_), large = world.emoji.values(), b"\x89PNG" + bytes(server_emoji.MOST_BYTES)
    world.emoji = {
        number: Emoji(number, f"e{number}", file)
        for number, file in enumerate([b"no picture", large, *[good.picture] * MAX_CUT_UP], 1)
    }
    bot = await start(steps=2)
    guild = bot.get_guild(world.guild_id)
    assert guild is not None
    # By lot, and of one lot or another everything is among them.
    counts = [len(await bot.server_emoji.of(guild, seed)) for seed in range(8)]
    assert max(counts) <= MAX_CUT_UP
    assert min(counts) >= MAX_CUT_UP - 2
    assert await bot.server_emoji.of(guild, 3) == await bot.server_emoji.of(guild, 3)


async def test_blocked_words_and_limits_hold_and_nothing_is_fetched_then(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start()
    await server_settings.change(store, playground.world.guild_id, blocked=("moth",))
    told = (await ada.slash("collage", prompt="a moth")).message
    assert told is not None
    assert told.ephemeral_to == ada.user.id
    assert "rather not" in told.text
    assert count_of(playground, "/guilds/{guild_id}/emojis") == 0
