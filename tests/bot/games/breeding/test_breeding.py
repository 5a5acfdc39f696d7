from __future__ import annotations

import io
import json
import signal
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.playground.model.entities import Message
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from engine.canvas.drawing import Drawing
from engine.paint.spec import DrawingSpec
from games.breeding.litter import LITTER
from tests.bot.conftest import SOON, StartBot
from tests.bot.games.conftest import Hurry, labels, showing, the_game, until
from tests.bot.journeys.own_process import environment_of, is_there, running

DIGITS = [str(n + 1) for n in range(LITTER)]


async def bred(person: TestUser, prompt: str = "a cat", **options: Any) -> Message:
    """The post of a new breeding, with the first nine."""
    asked = await person.slash("breed", prompt=prompt, **options)
    post = asked.message
    assert post is not None
    await until(lambda: "1" in labels(post))
    return post


async def album(store: Store) -> dict[str, Any]:
    (row,) = await store.do(lambda db: list(db.query("select * from albums")))
    return row


async def test_votes_choose_the_parents_and_a_tree_is_left(
    people: list[TestUser], start: StartBot, store: Store
):
    bot = await start()
    ada, grace, linus = people
    post = await bred(ada, generations=3, strokes=8)
    assert labels(post)[:LITTER] == DIGITS
    assert "generation 1 of 3" in post.text
    assert "starts with the first vote" in post.text
    await grace.press(post, "2")
    await until(lambda: "2 · ♥ 1" in labels(post))
    await linus.press(post, "2 · ♥ 1")
    await linus.press(post, "5")
    await until(lambda: {"2 · ♥ 2", "5 · ♥ 1"} < set(labels(post)))
    told = await linus.press(post, "Breed these")
    assert told.message is not None
    assert "Only the host" in told.message.text
    await ada.press(post, "Breed these")
    await until(lambda: "children of 2, 5" in post.text and "1" in labels(post))
    second = the_game(bot).play.state.litters[1]
    assert second.parents[0] == (1,)  # the favourite itself
    assert {n for kin in second.parents for n in kin} == {1, 4}
    await ada.press(post, "3")
    await until(lambda: "3 · ♥ 1" in labels(post))
    await ada.press(post, "That's it")
    tree = await until(lambda: showing(ada, "The family tree"))
    await until(lambda: not bot.open_games.runners)
    assert "number 3 of generation 2" in tree.text
    assert "You settled on number 3" in post.text
    assert labels(post) == []
    (picture,) = tree.attachments
    assert Image.open(io.BytesIO(picture.data)).width > 1000
    kept = await album(store)
    (book,) = json.loads(kept["data"])["books"]
    words = [page["phrase"] for page in book["pages"][::2]]
    assert words == ["generation 1", "generation 2", "the family tree"]
    assert Drawing.from_dict(book["pages"][3]["drawing"]).strokes
    assert book["pages"][5]["picture"]
    shown = (await grace.slash("album", number=kept["id"])).message
    assert shown is not None
    await until(lambda: "how *a cat* was bred" in shown.text)
    again = (await grace.press(tree, "Play again")).message
    assert again is not None
    await until(lambda: "1" in labels(again))


async def test_the_clock_ends_a_generation_and_silence_ends_the_game(
    people: list[TestUser], start: StartBot, clock: Hurry
):
    bot = await start()
    ada, grace, _ = people
    post = await bred(ada, generations=2, time=30, strokes=6)
    assert "will have children" in post.text
    await grace.press(post, "9")
    await until(lambda: "9 · ♥ 1" in labels(post))
    clock.skip(31)
    await until(lambda: "generation 2 of 2" in post.text and "1" in labels(post))
    assert "last generation" in post.text
    assert "will have children" not in post.text
    assert set(the_game(bot).play.state.litters[1].parents) == {(8,)}
    clock.skip(1000)
    tree = await until(lambda: showing(ada, "The family tree"))
    assert "number 9 of generation 1" in tree.text


async def test_the_critic_chooses_where_nobody_votes(
    people: list[TestUser], start: StartBot, clock: Hurry, monkeypatch: pytest.MonkeyPatch
):
    bot = await start()
    asked: list[dict[str, Any]] = []
    draw = bot.engine.draw

    def noted(spec: DrawingSpec, **options: Any) -> Any:
        asked.append({"steps": spec.steps, "start": options.get("start")})
        return draw(spec, **options)

    monkeypatch.setattr(bot.engine, "draw", noted)
    ada = people[0]
    post = await bred(ada, generations=2, time=20, strokes=6, critic=True)
    assert "the model has a say" in post.text
    await until(lambda: the_game(bot).play.state.litters[0].scores, SOON)
    best = the_game(bot).play.state.litters[0].scores
    clock.skip(21)
    await until(lambda: "generation 2 of 2" in post.text and "1" in labels(post))
    chosen = the_game(bot).play.state.litters[0].chosen
    assert len(chosen) == 2
    assert best[chosen[0]] == max(best)
    # The engine was asked for the children of the second generation: they are refined.
    presenter: Any = the_game(bot).presenter
    sketches = presenter._sketches
    drawn = [await sketches.sketch(one) for one in the_game(bot).play.state.litters[1].drawings]
    assert len(drawn) == LITTER
    painted = [request for request in asked if request["start"] is not None]
    assert len(painted) == LITTER - 1
    assert all(request["steps"] == 10 for request in painted)


@pytest.mark.paints
async def test_an_ink_begins_with_short_paintings(people: list[TestUser], start: StartBot):
    bot = await start()
    post = await bred(people[0], generations=2, strokes=4, ink="paint")
    (picture,) = post.attachments
    image = Image.open(io.BytesIO(picture.data)).convert("RGB")
    assert image.size == (512, 512)
    presenter: Any = the_game(bot).presenter
    sketches = presenter._sketches
    drawn = [await sketches.sketch(one) for one in the_game(bot).play.state.litters[0].drawings]
    assert len(drawn) == LITTER
    assert any(max(stroke.colour[:3]) > 0.1 for one in drawn for stroke in one.strokes)


async def test_a_blocked_prompt_is_not_bred(people: list[TestUser], start: StartBot):
    bot = await start()
    asked = await people[0].slash("breed", prompt="a fucking cat")
    assert asked.message is not None
    assert "cat" not in asked.message.text
    assert not bot.open_games.runners


async def test_the_post_moves_up_when_the_chat_has_passed_it(
    people: list[TestUser], start: StartBot, playground: Playground, clock: Hurry
):
    await start(chat=True)
    ada, grace, _ = people
    first = await bred(ada, strokes=4)
    clock.skip(5)
    for n in range(9):
        grace.say(f"hello {n}")
    post = await until(lambda: (m := showing(ada, "Breeding")) and m.id != first.id and m)
    await grace.press(post, "4")
    await until(lambda: "4 · ♥ 1" in labels(post))


@pytest.fixture
async def alone() -> AsyncIterator[Playground]:
    """A playground for bots in other processes."""
    async with Playground() as running:
        yield running
        assert running.violations == []


async def test_it_goes_on_where_a_killed_bot_left_it(
    alone: Playground, engine_address: str, tmp_path: Path
):
    environment = environment_of(alone, engine_address, tmp_path)
    ada, grace = TestUser(alone, "Ada"), TestUser(alone, "Grace")

    there = partial(is_there, alone)

    async with running(environment, there) as process:
        post = await bred(ada, strokes=6, time=3600)
        await grace.press(post, "7")
        await until(lambda: "7 · ♥ 1" in labels(post))
        process.send_signal(signal.SIGKILL)
        await process.wait()
    async with running(environment, there) as process:
        await ada.press(post, "Breed these")
        process.send_signal(signal.SIGKILL)  # wherever that finds it
        await process.wait()
    async with running(environment, there):
        await until(lambda: "children of 7" in post.text and "1" in labels(post))
        await ada.press(post, "1")
        await until(lambda: "1 · ♥ 1" in labels(post))
        await ada.press(post, "That's it")
        tree = await until(lambda: showing(ada, "The family tree"))
        assert "number 1 of generation 2" in tree.text
