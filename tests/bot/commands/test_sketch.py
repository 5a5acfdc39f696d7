from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from sqlite_utils import Database

from bot.drawing.request import Request
from bot.drawing.stored_drawings import StoredDrawings
from bot.playground.model.uploads import UploadedFile
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings
from bot.store.database import Store
from bot.store.schema import migrations, table
from engine.canvas.render import to_png
from engine.client import EngineClient, EngineRefused
from engine.paint.spec import DrawingSpec
from engine.serve.api import Finished
from tests.bot.commands.test_guess import answer, circle
from tests.bot.conftest import StartBot, over, picture

CIRCLE = UploadedFile("circle.png", circle())


async def test_a_picture_is_drawn_and_its_buttons_draw_it_again(
    ada: TestUser, start: StartBot, store: Store
):
    await start(steps=4)
    message = await answer(
        ada, await ada.slash("sketch", image=CIRCLE, strokes=6, ink="pen", title="my cup")
    )
    await over(ada, message)
    assert message.ephemeral_to is None
    assert "my cup" in message.text
    assert picture(message)[0] == "drawing.gif"
    first = await StoredDrawings(store).of_message(message.id)
    assert first is not None
    assert first.request.picture is not None
    assert Image.open(io.BytesIO(first.request.picture)).size == (192, 128)
    again = (await ada.press(message, "Again")).message
    assert again is not None
    await over(ada, again)
    second = await StoredDrawings(store).of_message(again.id)
    assert second is not None
    assert second.request.picture == first.request.picture
    assert second.request.seed != first.request.seed
    assert second.drawing is not None
    assert {stroke.colour for stroke in second.drawing.strokes} == {(0, 0, 0, 1)}


async def test_what_is_no_picture_or_is_called_something_blocked_is_refused(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start()
    no_picture = UploadedFile("text.png", b"I am text and nothing else")
    told = await answer(ada, await ada.slash("sketch", image=no_picture))
    assert told.ephemeral_to == ada.user.id
    assert "can't open that as a picture" in told.text
    await server_settings.change(store, playground.world.guild_id, blocked=("moth",))
    told = await answer(ada, await ada.slash("sketch", image=CIRCLE, title="moth"))
    assert told.ephemeral_to == ada.user.id
    assert "rather not" in told.text


@pytest.mark.parametrize("target", [(1.0, 2.0), (0.0,) * 512])
async def test_a_target_that_is_no_embedding_is_refused_by_the_engine(
    engine_address: str, target: tuple[float, ...]
):
    async with EngineClient(engine_address) as engine:
        with pytest.raises(EngineRefused, match="target"):
            async for _ in engine.draw(DrawingSpec(prompt="x", steps=1), target=target):
                pass


@pytest.mark.paints
async def test_a_picture_s_own_embedding_draws_closer_to_it_than_another_s(engine_address: str):
    async with EngineClient(engine_address) as engine:
        (target,) = (await engine.embed([], [circle()])).images
        scores = []
        for wanted in (tuple(target), tuple(-number for number in target)):
            wish = DrawingSpec(prompt="x", steps=12, strokes=8, seeds=1, seed=3)
            events = [event async for event in engine.draw(wish, target=wanted)]
            last = events[-1]
            assert isinstance(last, Finished)
            (vector,) = (await engine.embed([], [to_png(last.drawing)])).images
            scores.append(sum(a * b for a, b in zip(vector, target, strict=True)))
        assert scores[0] > scores[1]


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGBA", (300, 300), (0, 0, 0, 0)),
        Image.new("L", (1, 1), 255),
        Image.new("RGB", (6000, 6000), "navy"),
        Image.new("RGB", (2, 3000), "navy"),
    ],
)
async def test_odd_pictures_are_drawn_all_the_same(
    ada: TestUser, start: StartBot, store: Store, image: Image.Image
):
    await start(steps=2)
    out = io.BytesIO()
    image.save(out, "PNG")
    file = UploadedFile("odd.png", out.getvalue())
    message = await answer(ada, await ada.slash("sketch", image=file, strokes=4))
    await over(ada, message)
    assert picture(message)[0] == "drawing.gif"


def test_an_order_with_a_picture_comes_back_from_the_database_as_it_was():
    request = Request(prompt="a picture", seed=3, picture=bytes(range(256)))
    assert Request.model_validate_json(request.model_dump_json()) == request
    assert request.of_picture
    assert request.again().picture == request.picture


def test_sketches_from_before_pictures_were_kept_are_read_and_have_their_buttons(tmp_path: Path):
    db = Database(tmp_path / "old.db")
    migrations.apply(db, stop_before="m012_pictures")
    old = Request(prompt="my cup", seed=3, target=(0.6, 0.8)).model_dump(mode="json")
    old |= {"salience": [0] * 576}
    del old["picture"]
    row = {"made": 1.0, "person": 1, "channel": 2, "language": "en", "request": json.dumps(old)}
    table(db, "drawings").insert(row | {"state": "finished", "step": 4, "steps": 4})
    migrations.apply(db)
    (kept,) = table(db, "drawings").rows
    request = Request.model_validate_json(kept["request"])
    assert request.target == (0.6, 0.8)
    assert request.of_picture
