"""`/draw … sketches:4`: four sketches, and one of them finished."""

from __future__ import annotations

import pytest

from bot.drawing.stored_drawings import StoredDrawing, StoredDrawings
from bot.playground.model.entities import Message
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings
from bot.store.database import Store
from engine.client import EngineClient, EngineRefused
from tests.bot.conftest import SOON, StartBot, over, picture


async def sheet(person: TestUser, **options: object) -> Message:
    message = (await person.slash("draw", sketches=4, **options)).message
    assert message is not None
    await person.wait_for(lambda: message.attachments, SOON)
    return message


async def kept(store: Store, message: Message) -> StoredDrawing:
    stored = await StoredDrawings(store).of_message(message.id)
    assert stored is not None
    return stored


async def test_one_of_four_sketches_is_finished_after_a_restart_too(
    ada: TestUser, start: StartBot, store: Store
):
    bot = await start(steps=2)
    message = await sheet(ada, prompt="a cat", strokes=8, ink="pen", seed=3)
    assert picture(message)[0] == "sketches.png"
    first = await kept(store, message)
    assert len({drawing.to_json() for drawing in first.sketches}) == 4
    assert all(1 <= len(drawing.strokes) <= 8 for drawing in first.sketches)

    await bot.close()
    await start(steps=2)
    picked = (await ada.press(message, "2")).message
    assert picked is not None
    await over(ada, picked)
    stored = await kept(store, picked)
    assert (stored.request.prompt, stored.request.ink) == ("a cat", "pen")
    assert stored.request.sketch_of == (first.id, 2)
    assert stored.drawing is not None
    # Two steps move lines a little: it is the second sketch and none of the others.
    assert min(range(4), key=lambda i: apart(stored, first, i)) == 1

    others = (await ada.press(message, "Four others")).message
    assert others is not None
    await ada.wait_for(lambda: others.attachments, SOON)
    second = await kept(store, others)
    assert not {*second.sketches} & {*first.sketches}
    assert second.request.prompt == "a cat"


def apart(drawn: StoredDrawing, sheet: StoredDrawing, number: int) -> float:
    """How far the strokes of a drawing are from the nearest ones of a sketch, on average."""
    assert drawn.drawing is not None
    sketch = sheet.sketches[number]
    distances = [
        min((x - u) ** 2 + (y - v) ** 2 for other in sketch.strokes for u, v in other.points)
        for stroke in drawn.drawing.strokes
        for x, y in stroke.points
    ]
    return sum(distances) / len(distances)


async def test_sketches_that_were_deleted_cannot_be_picked(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start(steps=2)
    message = await sheet(ada, prompt="a cat")
    await StoredDrawings(store).forget((await kept(store, message)).id)
    refused = (await ada.press(message, "1")).message
    assert refused is not None
    assert refused.ephemeral_to == ada.user.id
    assert "I no longer have that drawing" in refused.text


async def test_a_model_that_makes_no_sketches_says_so(
    ada: TestUser, start: StartBot, monkeypatch: pytest.MonkeyPatch
):
    async def refuse(*_: object, **__: object) -> None:
        raise EngineRefused("tiny can't make sketches", "no_sketcher", 422)

    monkeypatch.setattr(EngineClient, "sketches", refuse)
    await start()
    await ada.slash("draw", prompt="a cat", sketches=4)
    await ada.wait_for(lambda: any("can't make sketches" in m.text for m in ada.sees()))


async def test_what_a_server_blocks_is_not_sketched(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start()
    await server_settings.change(store, playground.world.guild_id, blocked=("moth",))
    refused = (await ada.slash("draw", prompt="a moth", sketches=4)).message
    assert refused is not None
    assert "rather not" in refused.text
