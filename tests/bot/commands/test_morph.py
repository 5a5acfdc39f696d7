"""`/morph`: a film of one drawing that becomes another."""

from __future__ import annotations

import io

from PIL import Image

from bot.drawing.stored_drawings import StoredDrawings
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.conftest import StartBot, over, picture
from tests.pace import Pace


async def test_a_film_is_shown_again_and_goes_on_after_a_restart(
    playground: Playground, ada: TestUser, start: StartBot, pace: Pace
) -> None:
    pace.hold()
    bot = await start()
    message = (
        await ada.slash("morph", **{"from": "a cat", "to": "a dog"}, frames=4, strokes=8)
    ).message
    assert message is not None
    assert "a cat → a dog" in message.text
    await bot.close()
    pace.release()
    bot = await start()
    await over(ada, message)
    name, data = picture(message)
    assert name == "drawing.gif"
    with Image.open(io.BytesIO(data)) as gif:
        assert gif.n_frames == 4  # type: ignore[attr-defined]
        assert gif.info["loop"] == 0
    stored = await StoredDrawings(bot.store).of_message(message.id)
    assert stored is not None
    assert (stored.request.prompt, stored.request.more) == ("a cat", ("a dog",))
    again = (await ada.press(message, "Again")).message
    assert again is not None
    await over(ada, again)
    await bot.close()
