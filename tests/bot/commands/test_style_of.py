"""`/draw … style_of`: like a picture of somebody's."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from bot.drawing.stored_drawings import StoredDrawings
from bot.playground.model.uploads import UploadedFile
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings
from bot.store.database import Store
from tests.bot.commands.test_guess import answer
from tests.bot.conftest import SOON, StartBot, over
from tests.pace import Pace


def poster() -> bytes:
    """Cream lines on navy paper."""
    image = Image.new("RGB", (300, 200), (20, 30, 80))
    for y in (40, 80, 120, 160):
        ImageDraw.Draw(image).line((30, y, 270, y), fill=(245, 235, 200), width=8)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


POSTER = UploadedFile("poster.png", poster())


async def test_a_drawing_like_a_picture_stays_like_it_after_a_restart_and_by_its_buttons(
    ada: TestUser, start: StartBot, store: Store, pace: Pace
):
    pace.hold()
    bot = await start(steps=4)
    message = await answer(ada, await ada.slash("draw", prompt="a cat", style_of=POSTER, strokes=6))
    await ada.wait_for(lambda: "like a picture" in message.text, SOON)
    await bot.close()
    pace.release()
    await start(steps=4)
    await over(ada, message)
    first = await StoredDrawings(store).of_message(message.id)
    assert first is not None
    assert first.request.style_of is not None
    assert Image.open(io.BytesIO(first.request.style_of)).size == (192, 128)
    for label in ("Again", "Vary", "More strokes", "Black pen"):
        button = {"Black pen": "Pen"}.get(label, label)
        other = (await ada.press(message, button)).message
        assert other is not None
        await over(ada, other)
        second = await StoredDrawings(store).of_message(other.id)
        assert second is not None
        assert second.request.style_of == first.request.style_of
        assert second.drawing is not None
        red, _, blue = second.drawing.background
        assert blue - red > 0.1, label  # navy paper


async def test_sketches_to_pick_from_are_finished_like_the_picture(
    ada: TestUser, start: StartBot, store: Store
):
    await start(steps=4)
    sheet = await answer(
        ada, await ada.slash("draw", prompt="a cat", style_of=POSTER, strokes=6, sketches=4)
    )
    await ada.wait_for(lambda: "Pick one" in sheet.text, SOON)
    picked = (await ada.press(sheet, "2")).message
    assert picked is not None
    await over(ada, picked)
    stored = await StoredDrawings(store).of_message(picked.id)
    assert stored is not None
    assert stored.request.style_of is not None
    assert stored.drawing is not None
    assert stored.drawing.background[2] - stored.drawing.background[0] > 0.1


async def test_a_style_picture_is_bounded_as_other_pictures_and_words_are_looked_at_first(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start()
    bad = UploadedFile("text.png", b"I am text and nothing else")
    told = await answer(ada, await ada.slash("draw", prompt="a cat", style_of=bad))
    assert told.ephemeral_to == ada.user.id
    assert "can't open that as a picture" in told.text
    await server_settings.change(store, playground.world.guild_id, blocked=("moth",))
    told = await answer(ada, await ada.slash("draw", prompt="a moth", style_of=bad))
    assert "rather not" in told.text
