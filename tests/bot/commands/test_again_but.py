from __future__ import annotations

import pytest

from bot.commands.again_but import sized
from bot.kit.errors import UserError
from bot.playground.model.entities import Message
from bot.playground.protocol.interaction import Interaction
from bot.playground.test_user import TestUser
from bot.store import server_settings
from engine.canvas.drawing import Drawing, Stroke
from tests.bot.conftest import StartBot, over


async def drawn(person: TestUser, **wanted: object) -> Message:
    message = (await person.slash("draw", **({"prompt": "a cat", "strokes": 12} | wanted))).message
    assert message is not None
    return await over(person, message)


async def wished(person: TestUser, message: Message, wish: str) -> Interaction:
    form = await person.press(message, "Again, but …")
    return await person.submit(form, {"What should be different?": wish})


async def changed(person: TestUser, message: Message, wish: str) -> Message:
    answer = (await wished(person, message, wish)).message
    assert answer is not None
    return await over(person, answer)


async def test_a_cat_is_given_a_hat_and_stays_the_cat_that_it_was(ada: TestUser, start: StartBot):
    bot = await start(steps=2)
    first = await drawn(ada)
    second = await changed(ada, first, "with a hat")
    assert "a cat, with a hat" in second.text
    before = await bot.drawings.of_message(first.id)
    after = await bot.drawings.of_message(second.id)
    assert before is not None
    assert after is not None
    assert after.request.prompt == "a cat wearing a hat"
    assert after.request.start is not None
    # It begins with the lines of the cat, smaller, and those of a hat above them.
    begun = Drawing.from_json(after.request.start)
    old = [stroke for stroke in before.drawing.strokes if max(stroke.colour[:3]) < 0.35]  # type: ignore[union-attr]
    assert len(begun.strokes) > len(old)
    for one, was in zip(begun.strokes, old, strict=False):
        assert len(one.points) == len(was.points)
    # What was changed can be changed again, but for what it cannot.
    refused = (await wished(ada, second, "in blue")).message
    assert refused is not None
    assert "several things" in refused.text
    third = await changed(ada, second, "as a pen drawing")
    assert "a cat, with a hat, as a pen drawing" in third.text
    assert "black pen" in third.text


async def test_a_wish_goes_on_over_a_restart(ada: TestUser, start: StartBot):
    bot = await start(steps=2)
    first = await drawn(ada, ink="pen")
    form = await ada.press(first, "Again, but …")
    await bot.close()
    bot = await start(steps=2)
    answer = (await ada.submit(form, {"wish": "in red"})).message
    assert answer is not None
    await over(ada, answer)
    stored = await bot.drawings.of_message(answer.id)
    assert stored is not None
    assert (stored.request.prompt, stored.request.ink) == ("red cat", "marker")


async def test_what_it_cannot_is_said_in_one_line_and_what_was_typed_comes_back(
    ada: TestUser, start: StartBot
):
    bot = await start(steps=2)
    first = await drawn(ada)
    told = (await wished(ada, first, "dancing in the rain")).message
    assert told is not None
    assert told.ephemeral_to == ada.user.id
    assert "I can't change that" in told.text
    assert "dancing in the rain" in told.text
    few = (await wished(ada, first, "900 strokes")).message
    assert few is not None
    assert "4 to 256 strokes" in few.text
    guild = bot.guilds[0].id
    await server_settings.change(bot.store, guild, blocked=("hat",))
    blocked = (await wished(ada, first, "with a hat")).message
    assert blocked is not None
    assert "I'd rather not draw that" in blocked.text
    german = (await wished(ada, first, "mit einem Hut")).message
    assert german is not None
    assert "I'd rather not draw that" in german.text


def box(low: float, high: float) -> Drawing:
    points = ((low, low), (high, low), (high, high), (low, high))
    return Drawing(100, 100, (Stroke(points, 2.0, (0.0, 0.0, 0.0, 1.0)),))


def test_a_drawing_grows_within_its_sheet_and_shrinks_about_its_middle():
    (grown,) = sized(box(10, 60), 1.3).strokes
    assert grown.points[0] == pytest.approx((17.5, 17.5))
    assert grown.points[2] == pytest.approx((82.5, 82.5))
    (most,) = sized(box(10, 85), 1.3).strokes
    assert most.points[2] == pytest.approx((97, 97))
    (small,) = sized(box(0, 100), 0.5).strokes
    assert small.points[2] == pytest.approx((75, 75))
    with pytest.raises(UserError):
        sized(box(2, 98), 1.3)
