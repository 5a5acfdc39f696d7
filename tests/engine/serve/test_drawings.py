"""Drawings asked for over HTTP: their streams, the queue, and how they end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from PIL import Image

from engine.canvas.drawing import Drawing, Stroke
from engine.see.critic import Critic
from engine.serve.worker import Job
from tests.clock import MovedClock
from tests.engine.serve.serving import (
    Engine,
    encoded,
    running,
    serving,
    spec,
    until_known,
    until_running,
)
from tests.pace import Pace

HOUSE = Drawing(64, 64, (Stroke(((8, 8), (20, 50), (40, 10), (56, 56)), 4.0, (0, 0, 0, 1)),))


async def test_a_drawing_is_a_stream_of_numbered_events(engine: Engine, pace: Pace) -> None:
    pace.hold(at=0)
    events = []
    async for event in engine.events(id="one", steps=6, every=1):
        events.append(event)
        match event.get("step"):
            case 0:
                pace.hold(at=1)
            case 1:
                pace.release()
    assert [e["n"] for e in events] == list(range(len(events)))
    assert {e["id"] for e in events} == {"one"}
    types = [e["type"] for e in events if e["type"] != "queued"]
    assert types[:3] == ["started", "progress", "progress"]
    assert types[-1] == "finished"
    assert set(types[1:-1]) == {"progress"}
    steps = [e["step"] for e in events if "step" in e]
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (0, 6)
    last = Drawing.from_dict(events[-1]["drawing"])
    assert last.width == 512
    assert 1 <= len(last.strokes) <= 4
    assert -1 <= events[-1]["score"] <= 1


async def test_the_same_seed_draws_the_same_whoever_is_beside_it(engine: Engine) -> None:
    alone = (await engine.draw(seed=5, steps=8))[-1]
    others = [engine.draw(seed=i, prompt=f"a dog {i}", steps=12) for i in range(3)]
    beside, *_ = await asyncio.gather(engine.draw(seed=5, steps=8), *others)
    assert beside[-1]["score"] == pytest.approx(alone["score"], abs=0.02)


async def test_a_warm_start_goes_on_from_its_strokes(engine: Engine, pace: Pace) -> None:
    pace.hold()
    async for first in engine.events(start=HOUSE.to_dict(), steps=5):
        if first["type"] == "progress":
            break
    assert first["step"] == 0
    begun = Drawing.from_dict(first["drawing"]).strokes[0].points
    assert begun[0] == pytest.approx((64, 64), abs=0.1)


async def test_what_is_left_open_is_the_model_s_own(engine: Engine) -> None:
    last = (await engine.draw(steps=2))[-1]
    assert (last["ink"], last["known"], last["opinion"]) == ("paint", True, None)
    assert (await engine.draw(steps=2, ink="pen"))[-1]["ink"] == "pen"
    assert (await engine.draw(steps=2, ink="colour"))[-1]["ink"] == "paint"


async def test_a_sketch_is_refused_by_a_model_that_makes_none(engine: Engine) -> None:
    status, body = await engine.call("POST", "/v1/drawings", json=spec(begin="sketch"))
    assert (status, body["error"]["code"]) == (422, "no_sketcher")
    assert "makes no sketches" in body["error"]["message"]


async def test_sketches_take_a_model_that_makes_some(engine: Engine) -> None:
    status, body = await engine.call("POST", "/v1/sketches", json={"prompt": "a cat"})
    assert (status, body["error"]["code"]) == (422, "no_sketcher")
    status, body = await engine.call("POST", "/v1/sketches", json={"prompt": "a", "count": 10})
    assert (status, body["error"]["code"]) == (422, "invalid")


async def test_a_stream_resumes_from_any_event(engine: Engine) -> None:
    whole = await engine.draw(id="whole", steps=8, every=2)
    for start in range(len(whole) + 2):
        assert await engine.follow("whole", start) == whole[start:]


async def test_a_reader_who_comes_back_in_mid_drawing_misses_nothing(
    engine: Engine, pace: Pace
) -> None:
    pace.hold(at=2)
    seen: list[dict[str, Any]] = []
    async for event in engine.events(id="cut", steps=40, every=2):
        seen.append(event)
        if event.get("step") == 2:
            break
    pace.release()
    seen += await engine.follow("cut", len(seen))
    assert seen == await engine.follow("cut")
    assert seen[-1]["type"] == "finished"


async def test_an_id_asked_for_again_is_the_same_drawing(engine: Engine) -> None:
    first, second = await asyncio.gather(engine.draw(id="x"), engine.draw(id="x"))
    assert first == second


async def test_an_id_with_another_body_is_refused(engine: Engine) -> None:
    await engine.draw(id="x")
    status, body = await engine.call("POST", "/v1/drawings", json=spec(id="x", prompt="a dog"))
    assert (status, body["error"]["code"]) == (409, "id_taken")


async def test_a_cancelled_drawing_ends_within_a_step(engine: Engine, pace: Pace) -> None:
    pace.hold(at=1)
    async for event in engine.events(id="x", steps=50):
        if event["type"] == "progress" and event["step"] == 1:
            break
    status, last = await engine.call("DELETE", "/v1/drawings/x")
    pace.release()
    assert last["step"] == 1
    assert (status, last["type"], last["reason"]) == (200, "cancelled", "asked")
    assert Drawing.from_dict(last["drawing"]).width == 512
    assert (await engine.follow("x"))[-1] == last
    assert (await engine.draw(steps=3))[-1]["type"] == "finished"


async def test_a_drawing_cancelled_in_the_queue_never_begins(narrow: Engine, pace: Pace) -> None:
    pace.hold()
    async with running(narrow, "a"), running(narrow, "b"):
        status, last = await narrow.call("DELETE", "/v1/drawings/b")
        assert (status, last["type"], last["step"]) == (200, "cancelled", 0)
        assert [e["type"] for e in await narrow.follow("b")] == ["queued", "cancelled"]


async def test_a_cancellation_repeated_says_the_same(engine: Engine) -> None:
    finished = (await engine.draw(id="x"))[-1]
    assert await engine.call("DELETE", "/v1/drawings/x") == (200, finished)


async def test_the_queue_tells_its_places_as_they_change(narrow: Engine, pace: Pace) -> None:
    pace.hold()
    async with running(narrow, "a"), running(narrow, "b"), running(narrow, "c"):
        await narrow.call("DELETE", "/v1/drawings/a")
        await narrow.call("DELETE", "/v1/drawings/b")
        await narrow.call("DELETE", "/v1/drawings/c")
    places = [e["position"] for e in await narrow.follow("c") if e["type"] == "queued"]
    assert places == [2, 1]


async def test_one_request_is_not_left_behind_fifty_of_another_client(
    narrow: Engine, pace: Pace, monkeypatch: pytest.MonkeyPatch
) -> None:
    painters, painted = narrow.service._worker, list[str]()
    paint = painters.paint

    def note(job: Job) -> None:
        painted.append(job.spec.prompt)
        paint(job)

    monkeypatch.setattr(painters, "paint", note)

    async def waiting(count: int) -> None:
        while len(narrow.service._scheduler.waiting) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    def draw(client: str) -> asyncio.Task[Any]:
        wished = narrow.draw(client=client, prompt=client, steps=1, strokes=1)
        return asyncio.create_task(wished)

    pace.hold()
    async with running(narrow, "first"):
        many = [draw("many") for _ in range(50)]
        await waiting(50)
        one = draw("one")
        await waiting(51)
    pace.release()
    await asyncio.gather(one, *many)
    assert painted[1:].index("one") <= 1  # after the first, which was under way


async def test_a_full_queue_says_when_to_come_back(tiny_critic: Critic, pace: Pace) -> None:
    pace.hold()
    async with (
        serving(tiny_critic, places=2, most=1.0) as engine,
        running(engine, "a"),
        running(engine, "b"),
        running(engine, "c"),
    ):
        url = f"{engine.url}/v1/drawings"
        async with engine.session.post(url, json=spec(client="d")) as response:
            assert response.status == 429
            assert int(response.headers["Retry-After"]) >= 1
            assert (await response.json())["error"]["code"] == "queue_full"


async def test_a_drawing_whose_deadline_comes_is_finished_as_it_stands(
    tiny_critic: Critic, pace: Pace
) -> None:
    clock = MovedClock()
    pace.hold(at=3)
    async with serving(tiny_critic, clock=clock) as engine:
        async for last in engine.events(steps=50, every=1, deadline=500):
            if last["type"] == "progress" and last["step"] == 3:
                clock.moved += 501
    assert (last["type"], last["step"]) == ("finished", 3)


async def test_a_drawing_whose_deadline_comes_in_the_queue_fails(
    tiny_critic: Critic, pace: Pace
) -> None:
    clock = MovedClock()
    pace.hold()
    async with serving(tiny_critic, most=1.0, clock=clock) as narrow, running(narrow, "a"):
        async for last in narrow.events(id="b", client="b", deadline=50):
            if last["type"] == "queued":
                clock.moved += 51
    assert (last["type"], last["error"]["code"]) == ("failed", "deadline")


async def test_a_drawing_that_nobody_follows_is_cancelled(tiny_critic: Critic, pace: Pace) -> None:
    clock = MovedClock()
    pace.hold()
    async with serving(tiny_critic, orphan_seconds=30, clock=clock) as engine:
        async for event in engine.events(id="x", steps=50):
            if event["type"] == "started":
                break
        log = engine.service.archive.get("x")
        assert log is not None
        while log.readers:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert log.over_at is None
        clock.moved += 31
        await asyncio.wait_for(log.over(), 60)
        last = (await engine.follow("x"))[-1]
        assert (last["type"], last["reason"]) == ("cancelled", "abandoned")


async def test_a_picture_is_drawn_in_its_own_proportions_and_colours(engine: Engine) -> None:
    picture = encoded(Image.linear_gradient("L").resize((40, 20)).convert("RGB"))
    last = (await engine.draw(steps=3, picture=picture))[-1]
    assert last["type"] == "finished"
    drawing = last["drawing"]
    assert (drawing["width"], drawing["height"]) == (512, 256)
    for stroke in drawing["strokes"]:
        red, green, blue, _ = stroke["colour"]
        assert max(red, green, blue) - min(red, green, blue) < 0.15  # all of it is grey


async def test_stopping_lets_running_drawings_finish(narrow: Engine, pace: Pace) -> None:
    pace.hold()
    runs = asyncio.create_task(narrow.draw(id="runs", steps=6))
    await until_running(narrow, "runs")
    waits = asyncio.create_task(narrow.draw(id="waits", steps=6))
    await until_known(narrow, "waits")
    stopping = asyncio.create_task(narrow.service.drain(grace=120))
    last = (await waits)[-1]
    assert (last["type"], last["reason"]) == ("cancelled", "shutdown")
    pace.release()
    await stopping
    assert (await runs)[-1]["type"] == "finished"
    assert (await narrow.call("POST", "/v1/drawings", json=spec()))[0] == 503


async def test_stopping_does_not_wait_longer_than_its_grace(engine: Engine, pace: Pace) -> None:
    pace.hold()
    runs = asyncio.create_task(engine.draw(id="runs", steps=50))
    await until_running(engine, "runs")
    await engine.service.drain(grace=0.1)
    last = (await runs)[-1]
    assert (last["type"], last["reason"]) == ("cancelled", "shutdown")
    assert last["drawing"]["strokes"]
