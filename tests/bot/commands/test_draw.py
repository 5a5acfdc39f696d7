from __future__ import annotations

import asyncio
import io
import json
import re

import pytest
from PIL import Image

from bot.drawing.stored_drawings import StoredDrawings
from bot.pictures.renderer import Renderer
from bot.playground.model.entities import Message
from bot.playground.protocol.command_input import InvalidInput
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings
from bot.store.database import UNFINISHED, Store
from engine.canvas.drawing import Drawing
from engine.canvas.svg import from_svg
from tests.bot.conftest import SOON, StartBot, Watch, over, picture
from tests.pace import Pace


async def asked(person: TestUser, **options: object) -> Message:
    """The message with which `/draw` is answered."""
    interaction = await person.slash("draw", **options)
    assert interaction.message is not None
    return interaction.message


async def test_a_drawing_comes_alive_and_its_buttons_survive_a_restart(
    playground: Playground, ada: TestUser, start: StartBot, pace: Pace
):
    pace.hold()
    bot = await start(steps=12)
    message = await asked(ada, prompt="a cat", strokes=64)
    watch = Watch(playground, message)
    for step in (1, 4, 8):
        seen = len(watch.previews)
        pace.hold(at=step)
        await ada.wait_for(lambda seen=seen: len(watch.previews) > seen, SOON)
    pace.release()
    await over(ada, message)
    assert len(watch.previews) >= 3
    name, data = picture(message)
    assert name == "drawing.gif"
    gif = Image.open(io.BytesIO(data))
    assert gif.n_frames > 3  # type: ignore[attr-defined]
    assert "loop" not in gif.info  # it plays once, so its last frame stays
    assert re.search(r"judges? sees? \*a cat\*", message.text)

    pace.hold()
    again = await ada.press(message, "Again")
    assert again.message is not None
    assert again.message is not message
    await ada.press(again.message, "Stop")
    await over(ada, again.message)
    pace.release()

    await bot.close()
    await start(steps=4)
    for label in ("Again", "More strokes", "Fewer strokes", "Vary"):
        pressed = await ada.press(message, label)
        assert pressed.message is not None
        await over(ada, pressed.message)
        assert picture(pressed.message)[0] == "drawing.gif"
    assert not any(is_busy(seen) for seen in ada.sees())


def is_busy(message: Message) -> bool:
    return message.is_loading or "draw:stop:" in str(message.components)


async def test_a_preview_that_comes_late_does_not_make_a_drawing_unfinished(
    ada: TestUser,
    start: StartBot,
    store: Store,
    renderer: Renderer,
    monkeypatch: pytest.MonkeyPatch,
    pace: Pace,
):
    png, late = renderer.png, asyncio.Event()

    async def slowly(drawing: Drawing) -> bytes:
        while any(one.state in UNFINISHED for one in await StoredDrawings(store).unfinished()):
            late.set()
            await asyncio.sleep(0.02)
        return await png(drawing)

    monkeypatch.setattr(renderer, "png", slowly)
    pace.hold()
    await start(steps=12)
    message = await asked(ada, prompt="a fox", strokes=5)
    await asyncio.wait_for(late.wait(), SOON)
    pace.release()
    await over(ada, message)
    stored = await StoredDrawings(store).of_message(message.id)
    assert stored is not None
    assert stored.state == "finished"


async def test_another_painter_draws_and_its_buttons_fit_it(
    ada: TestUser, start: StartBot, store: Store
):
    """Pixels are no strokes: there are none to count, and a drawing goes on as a picture."""
    await start(steps=3)
    message = await asked(ada, prompt="a fox", painter="pixels")
    await over(ada, message)
    assert "pixels, without strokes" in message.text
    assert not re.search(r"\d+ (of \d+ )?strokes", message.text)
    assert picture(message)[0] == "drawing.gif"
    stored = await StoredDrawings(store).of_message(message.id)
    assert stored is not None
    assert stored.drawing is not None
    assert (len(stored.drawing.strokes), len(stored.drawing.patches)) == (0, 1)
    labels = str(message.components)
    assert "Again" in labels
    assert "More strokes" not in labels
    assert "draw:pen:" not in labels
    varied = await ada.press(message, "Vary")
    assert varied.message is not None
    await over(ada, varied.message)
    assert picture(varied.message)[0] == "drawing.gif"


async def test_options_reach_the_drawing(ada: TestUser, start: StartBot, store: Store):
    await start(steps=3)
    message = await asked(
        ada, prompt="a fox", strokes=5, style="watercolor", avoid="a dog", seed=7, ink="pen"
    )
    await over(ada, message)
    for shown in ("a fox", "black pen", "watercolour", "a dog"):
        assert shown in message.text
    stored = await StoredDrawings(store).of_message(message.id)
    assert stored is not None
    assert (stored.request.strokes, stored.request.ink) == (5, "pen")
    assert (stored.request.seed, stored.request.style, stored.state) == (
        7,
        "watercolor",
        "finished",
    )
    assert stored.drawing is not None
    assert stored.drawing.background != (1.0, 1.0, 1.0)  # its paper
    plain = stored.drawing.plain  # with which the buttons go on
    assert plain is not None
    assert all(stroke.colour == (0.0, 0.0, 0.0, 1.0) for stroke in plain.strokes)
    assert stored.sees[0][1] >= stored.sees[-1][1] >= 0.0


async def test_the_caption_says_how_many_strokes_there_are(
    ada: TestUser, start: StartBot, store: Store
):
    await start(steps=3)
    message = await asked(ada, prompt="a fox", strokes=24, ink="pen")
    assert "24 strokes" in message.text
    await over(ada, message)
    stored = await StoredDrawings(store).of_message(message.id)
    assert stored is not None
    assert stored.drawing is not None
    drawn = len(stored.drawing.strokes)
    assert f"{drawn} of 24 strokes" in message.text or f"{drawn} strokes" in message.text


async def test_a_button_draws_it_again_in_another_ink(ada: TestUser, start: StartBot, store: Store):
    bot = await start(steps=3)
    message = await over(ada, await asked(ada, prompt="a fox", strokes=5, seed=7, ink="pen"))
    labels = [part.get("label") for part in message.walk()]
    assert "Pen" not in labels
    await bot.close()
    await start(steps=3)
    for label, ink in (("Paint", "paint"), ("Marker", "marker")):
        other = (await ada.press(message, label)).message
        assert other is not None
        await over(ada, other)
        stored = await StoredDrawings(store).of_message(other.id)
        assert stored is not None
        request = stored.request
        assert (request.prompt, request.strokes, request.seed, request.ink) == ("a fox", 5, 7, ink)
        assert ink in other.text


async def test_what_a_drawing_is_made_with_is_said_where_nobody_chose(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start(steps=2)
    message = await over(ada, await asked(ada, prompt="a cat", strokes=4))
    assert "marker" in message.text
    await server_settings.change(store, playground.world.guild_id, ink="paint")
    message = await over(ada, await asked(ada, prompt="a cat", strokes=4))
    assert "paint" in message.text
    message = await over(ada, await asked(ada, prompt="a cat", strokes=4, ink="pen"))
    assert "black pen" in message.text


async def test_the_engine_may_choose_how_many_steps_there_are(
    ada: TestUser, start: StartBot, store: Store, pace: Pace
):
    pace.hold(at=1)
    await start(steps=None)
    message = await asked(ada, prompt="a cat", strokes=4)
    await ada.wait_for(lambda: message.attachments, SOON)
    await ada.press(message, "Stop")
    await over(ada, message)
    stored = await StoredDrawings(store).of_message(message.id)
    assert stored is not None
    assert 0 <= stored.step <= stored.steps
    assert stored.steps > 1


async def test_again_is_another_drawing(ada: TestUser, start: StartBot, store: Store):
    await start(steps=3)
    message = await over(ada, await asked(ada, prompt="a fox", strokes=5, seed=7, ink="pen"))
    again = (await ada.press(message, "Again")).message
    assert again is not None
    await over(ada, again)
    one, other = [await StoredDrawings(store).of_message(m.id) for m in (message, again)]
    assert one is not None
    assert other is not None
    assert one.request.seed != other.request.seed
    assert one.drawing != other.drawing


async def test_the_same_seed_draws_the_same(ada: TestUser, start: StartBot, store: Store):
    await start(steps=3)
    drawings = []
    for _ in range(2):
        message = await over(ada, await asked(ada, prompt="a fox", strokes=5, seed=7))
        stored = await StoredDrawings(store).of_message(message.id)
        assert stored is not None
        drawings.append(stored.drawing)
    assert drawings[0] == drawings[1]


async def test_styles_are_suggested_while_one_types(ada: TestUser, start: StartBot):
    await start()
    everything = await ada.complete("draw", "style", "", prompt="x")
    assert len(everything) >= 12
    found = await ada.complete("draw", "style", "WOOD", prompt="x")
    assert [choice["name"] for choice in found] == ["woodcut", "Japanese woodblock print"]


@pytest.mark.parametrize("strokes", [3, 257])
async def test_stroke_counts_out_of_bounds_are_not_to_be_sent(
    ada: TestUser, start: StartBot, strokes: int
):
    await start()
    with pytest.raises(InvalidInput):
        await ada.slash("draw", prompt="x", strokes=strokes)


async def test_a_drawing_is_stopped_by_its_owner_or_a_moderator(
    playground: Playground, ada: TestUser, start: StartBot, pace: Pace
):
    pace.hold(at=1)
    await start(steps=20)
    grace = TestUser(playground, "Grace")
    mod = TestUser(playground, "Mod", moderator=True)
    for stopper in (ada, mod):
        message = await asked(ada, prompt="a cat", strokes=8)
        await ada.wait_for(lambda message=message: message.attachments, SOON)
        refused = await grace.press(message, "Stop")
        assert refused.message is not None
        assert refused.message.ephemeral_to == grace.user.id
        await stopper.press(message, "Stop")
        await over(ada, message)
        assert f"Stopped by <@{stopper.user.id}>" in message.text
        assert picture(message)[0] == "drawing.gif"


async def test_the_strokes_can_be_had_as_svg(ada: TestUser, start: StartBot, store: Store):
    await start(steps=3)
    message = await over(ada, await asked(ada, prompt="a cat", strokes=6))
    sent = await ada.press(message, "SVG")
    assert sent.message is not None
    assert sent.message.ephemeral_to == ada.user.id
    # Strokes that do not matter are left out of what is finished.
    assert 1 <= len(from_svg(sent.message.attachments[0].data).strokes) <= 6


async def test_strokes_in_three_dimensions_can_be_had_as_such(ada: TestUser, start: StartBot):
    bot = await start()
    message = await asked(ada, prompt="a cat", side="a dog", strokes=4)
    assert "a cat ↻ a dog" in message.text
    await over(ada, message)
    sent = await ada.press(message, "SVG")
    assert sent.message is not None
    svg, obj, gltf = sent.message.attachments
    assert len(from_svg(svg.data).strokes) == 4
    assert obj.data.decode().count("\nl ") == 4
    assert len(json.loads(gltf.data)["meshes"][0]["primitives"]) == 4
    stored = await StoredDrawings(bot.store).of_message(message.id)
    assert stored is not None
    assert len(stored.depths) == 4
    await bot.drawings.forget(stored.id)
    rows = await bot.store.do(lambda db: list(db["drawings"].rows_where("id = ?", [stored.id])))
    assert rows[0]["depths"] is None
    refused = await asked(ada, prompt="a cat", side="a dog", painter="pixels")
    assert "leave out" in refused.text
    await bot.close()


async def test_a_drawing_is_deleted_for_good_by_its_owner(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start(steps=3)
    grace = TestUser(playground, "Grace")
    message = await over(ada, await asked(ada, prompt="a cat", strokes=6))
    refused = await grace.press(message, "Delete")
    assert refused.message is not None
    assert refused.message.ephemeral_to == grace.user.id
    assert not message.deleted
    await ada.press(message, "Delete")
    await ada.wait_for(lambda: message.deleted)
    assert await StoredDrawings(store).of_message(message.id) is None


async def test_thirty_at_once_from_ten_people_are_all_answered_and_all_drawn(
    playground: Playground, start: StartBot, pace: Pace
):
    pace.hold()
    await start(steps=2, per_person=3, per_server=20)
    people = [TestUser(playground, f"P{n}") for n in range(10)]
    calls = [person.call("draw", prompt=f"{n}", strokes=4) for n in range(3) for person in people]
    answers = [await people[0].settled(call) for call in calls]
    messages = [answer.message for answer in answers if answer.message is not None]
    assert len(messages) == 30
    drawn = [message for message in messages if message.ephemeral_to is None]
    refused = [message for message in messages if message.ephemeral_to is not None]
    assert len(drawn) == 20
    assert all("This server already has" in message.text for message in refused)
    pace.release()
    await asyncio.gather(*(over(people[0], message) for message in drawn))
    assert all(picture(message)[0] == "drawing.gif" for message in drawn)
    once_more = await people[0].slash("draw", prompt="x", strokes=4)
    assert once_more.message is not None
    assert once_more.message.ephemeral_to is None


async def test_one_person_has_only_so_many_under_way(ada: TestUser, start: StartBot, pace: Pace):
    pace.hold()
    await start(steps=20, per_person=1)
    first = await asked(ada, prompt="a cat", strokes=4)
    second = await asked(ada, prompt="a dog", strokes=4)
    assert second.ephemeral_to == ada.user.id
    assert "You already have one drawing under way" in second.text
    await ada.press(first, "Stop")
    await over(ada, first)
    third = await asked(ada, prompt="a dog", strokes=4)
    assert third.ephemeral_to is None
    await ada.press(third, "Stop")
    await over(ada, third)


async def test_a_server_s_defaults_are_taken_where_nothing_is_said(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start(steps=2)
    await server_settings.change(store, playground.world.guild_id, strokes=5, style="neon")
    message = await over(ada, await asked(ada, prompt="a cat"))
    stored = await StoredDrawings(store).of_message(message.id)
    assert stored is not None
    assert stored.request.strokes == 5
    assert "neon sign" in message.text
    message = await over(ada, await asked(ada, prompt="a cat", strokes=6, style="comic"))
    stored = await StoredDrawings(store).of_message(message.id)
    assert stored is not None
    assert stored.request.strokes == 6
    assert "comic book" in message.text


@pytest.mark.parametrize("options", [{"prompt": "two m0ths"}, {"prompt": "x", "avoid": "a moth"}])
async def test_what_a_server_blocks_is_refused_and_not_repeated(
    playground: Playground, ada: TestUser, start: StartBot, store: Store, options: dict[str, str]
):
    await start(steps=2)
    await server_settings.change(store, playground.world.guild_id, blocked=("moth",))
    refused = await asked(ada, **options)
    assert refused.ephemeral_to == ada.user.id
    assert refused.text == "I'd rather not draw that. Something else?"


async def test_a_server_refuses_what_is_bad_in_its_own_language_and_in_english(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start(steps=2)
    await server_settings.change(store, playground.world.guild_id, language="de")
    for prompt in ("eine Hure", "shit"):
        assert (await asked(ada, prompt=prompt)).ephemeral_to == ada.user.id
    message = await over(ada, await asked(ada, prompt="una polla", strokes=4))  # a hen, in Spanish
    assert message.ephemeral_to is None


async def test_buttons_too_are_refused_what_a_server_blocks_by_then(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start(steps=2)
    message = await over(ada, await asked(ada, prompt="a moth", strokes=4))
    await server_settings.change(store, playground.world.guild_id, blocked=("moth",))
    refused = (await ada.press(message, "Again")).message
    assert refused is not None
    assert refused.ephemeral_to == ada.user.id
    assert "rather not" in refused.text


async def test_drawings_are_made_in_the_channels_of_the_bot_and_their_threads(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start(steps=2)
    world = playground.world
    there = world.channel_named("quiet-corner")
    await server_settings.change(store, world.guild_id, channels=(there.id,))
    refused = await asked(ada, prompt="a cat", strokes=4)
    assert refused.ephemeral_to == ada.user.id
    assert f"<#{there.id}>" in refused.text
    ada.go(world.add_thread(there, "a thread", ada.user, message=None, private=False))
    assert (await over(ada, await asked(ada, prompt="a cat", strokes=4))).ephemeral_to is None


async def test_a_server_allows_fewer_at_once_than_the_operator(
    playground: Playground, ada: TestUser, start: StartBot, store: Store, pace: Pace
):
    pace.hold()
    await start(steps=20)
    await server_settings.change(store, playground.world.guild_id, per_person=1)
    first = await asked(ada, prompt="a cat", strokes=4)
    second = await asked(ada, prompt="a dog", strokes=4)
    assert "You already have one drawing under way" in second.text
    await ada.press(first, "Stop")
    await over(ada, first)
