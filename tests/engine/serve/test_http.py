from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from aiohttp import FormData
from PIL import Image, ImageDraw
from prometheus_client.parser import text_string_to_metric_families

from engine.canvas.drawing import Drawing, Stroke
from engine.paint.painter import Painter
from engine.see.critic import Critic
from engine.serve.process import Unsafe, run
from engine.serve.worker import Job, Worker
from tests.clock import MovedClock
from tests.engine.serve.serving import Engine, serving, spec, starting
from tests.pace import Pace

JSON = {"Content-Type": "application/json"}
HOUSE = Drawing(64, 64, (Stroke(((8, 8), (20, 50), (40, 10), (56, 56)), 4.0, (0, 0, 0, 1)),))

FORM = {"Content-Type": "multipart/form-data; boundary=x"}


def part(head: bytes = b"A: b", name: bytes = b"image") -> bytes:
    """A form with one part."""
    disposition = b'Content-Disposition: form-data; name="' + name + b'"'
    return b"--x\r\n" + disposition + b"\r\n" + head + b"\r\n\r\nabc\r\n--x--\r\n"


@pytest.fixture
async def engine(tiny_critic: Critic) -> AsyncIterator[Engine]:
    async with serving(tiny_critic) as running:
        yield running


@pytest.fixture
async def narrow(tiny_critic: Critic) -> AsyncIterator[Engine]:
    """An engine that paints one drawing at a time."""
    async with serving(tiny_critic, most=1.0) as running:
        yield running


def png() -> bytes:
    image = Image.new("RGB", (100, 80), "white")
    ImageDraw.Draw(image).ellipse((20, 10, 80, 70), outline="black", width=4)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


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


def test_an_address_that_strangers_reach_needs_a_token(
    tiny_critic: Critic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PENGUESS_ENGINE_TOKEN", raising=False)
    for host in ("0.0.0.0", "::", "192.168.0.7", "example.org"):  # noqa: S104  refused
        with pytest.raises(Unsafe, match="set PENGUESS_ENGINE_TOKEN"):
            run(partial(Worker, lambda: Painter(tiny_critic)), host=host)


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


async def test_pictures_are_guessed_however_they_are_sent(engine: Engine) -> None:
    words = ["circle", "a cat", "house"]
    fields = {"image": base64.b64encode(png()).decode(), "words": words, "top": 2}
    status, as_json = await engine.call("POST", "/v1/guesses", json=fields)
    assert status == 200
    form = FormData({"top": "2"})
    form.add_field("image", png(), filename="a.png", content_type="image/png")
    for word in words:
        form.add_field("words", word)
    assert await engine.call("POST", "/v1/guesses", data=form) == (200, as_json)
    guesses = as_json["guesses"]
    assert len(guesses) == 2
    assert {g["word"] for g in guesses} <= set(words)
    assert 1 >= guesses[0]["p"] >= guesses[1]["p"] > 0


async def test_strokes_are_guessed_from_the_list_that_ships(engine: Engine) -> None:
    status, body = await engine.call("POST", "/v1/guesses", json={"drawing": HOUSE.to_dict()})
    assert status == 200
    assert len(body["guesses"]) == 5


async def test_strokes_by_hand_and_examples_go_with_a_guess(engine: Engine) -> None:
    fields = {"drawing": HOUSE.to_dict(), "words": ["house", "inside joke"], "vector": True}
    status, plain = await engine.call("POST", "/v1/guesses", json=fields)
    assert status == 200
    assert sum(x * x for x in plain["vector"]) == pytest.approx(1, abs=1e-3)
    more = {"by_hand": True, "share": 0.5, "vector": False}
    example = {"word": "inside joke", "vector": plain["vector"], "space": plain["space"]}
    more["examples"] = [example | {"count": 2}]
    status, body = await engine.call("POST", "/v1/guesses", json=fields | more)
    assert status == 200
    assert body["vector"] == []
    assert len(body["guesses"]) == 2
    for wrong in ({"share": 0}, {"share": 2}, {"examples": [example | {"vector": []}]}):
        status, body = await engine.call("POST", "/v1/guesses", json=fields | wrong)
        assert (status, body["error"]["code"]) == (422, "invalid")


async def test_a_verdict_is_the_share_of_judges_that_see_the_prompt(engine: Engine) -> None:
    fields = {"drawing": HOUSE.to_dict(), "prompt": "a house"}
    status, body = await engine.call("POST", "/v1/verdicts", json=fields)
    assert status == 200
    assert 0 <= body["share"] <= 1
    fields = {"image": base64.b64encode(png()).decode(), "prompt": "a house"}
    status, body = await engine.call("POST", "/v1/verdicts", json=fields)
    assert status == 200
    assert 0 <= body["share"] <= 1
    fields = {"drawing": HOUSE.to_dict(), "prompt": " "}
    status, body = await engine.call("POST", "/v1/verdicts", json=fields)
    assert (status, body["error"]["code"]) == (422, "invalid")


async def test_captions_are_phrases_without_blocked_words(engine: Engine) -> None:
    fields = {"drawing": HOUSE.to_dict(), "top": 2}
    status, body = await engine.call("POST", "/v1/captions", json=fields)
    assert status == 200
    first, second = body["captions"]
    assert first["noun"] != second["noun"]
    assert first["score"] >= second["score"]
    fields["blocked"] = [first["noun"]]
    _, body = await engine.call("POST", "/v1/captions", json=fields)
    assert first["noun"] not in {caption["noun"] for caption in body["captions"]}
    fields = {"drawing": HOUSE.to_dict(), "top": 2, "said": [first["phrase"].upper()]}
    _, body = await engine.call("POST", "/v1/captions", json=fields)
    assert first["phrase"] not in {caption["phrase"] for caption in body["captions"]}
    fields["said"] = ["x"] * 101
    status, body = await engine.call("POST", "/v1/captions", json=fields)
    assert (status, body["error"]["code"]) == (422, "invalid")


async def test_a_drawing_by_hand_is_captioned(engine: Engine) -> None:
    for drawing in (HOUSE, Drawing(64, 64, HOUSE.strokes[:1])):
        fields = {"drawing": drawing.to_dict(), "top": 2, "by_hand": True}
        status, body = await engine.call("POST", "/v1/captions", json=fields)
        assert (status, len(body["captions"])) == (200, 2)
    unseen = replace(HOUSE, strokes=tuple(replace(s, colour=(1, 1, 1, 1)) for s in HOUSE.strokes))
    fields = {"drawing": unseen.to_dict(), "by_hand": True}
    status, body = await engine.call("POST", "/v1/captions", json=fields)
    assert (status, body["error"]["code"]) == (422, "nothing_drawn")
    fields = {"image": base64.b64encode(png()).decode(), "by_hand": True}
    assert (await engine.call("POST", "/v1/captions", json=fields))[0] == 200


async def test_a_caption_is_found_while_drawings_are_painted(engine: Engine, pace: Pace) -> None:
    pace.hold(at=3)
    async with running(engine, "x"):
        fields = {"image": base64.b64encode(png()).decode()}
        status, body = await engine.call("POST", "/v1/captions", json=fields)
        assert status == 200
        assert len(body["captions"]) == 5
        assert engine.service.archive.get("x").over_at is None  # type: ignore[union-attr]


async def test_a_guess_is_answered_while_drawings_are_painted(engine: Engine, pace: Pace) -> None:
    pace.hold(at=3)
    async with running(engine, "x"):
        fields = {"drawing": HOUSE.to_dict(), "words": ["a", "b"]}
        status, _ = await engine.call("POST", "/v1/guesses", json=fields)
        assert status == 200
        assert engine.service.archive.get("x").over_at is None  # type: ignore[union-attr]


async def test_embeddings_are_unit_vectors(engine: Engine) -> None:
    fields = {"texts": ["a cat", "a dog"], "images": [base64.b64encode(png()).decode()]}
    status, body = await engine.call("POST", "/v1/embeddings", json=fields)
    assert status == 200
    vectors = [*body["texts"], *body["images"]]
    assert len(vectors) == 3
    for vector in vectors:
        assert sum(x * x for x in vector) == pytest.approx(1, abs=1e-3)


async def test_a_picture_is_drawn_in_its_own_proportions_and_colours(engine: Engine) -> None:
    picture = encoded(Image.linear_gradient("L").resize((40, 20)).convert("RGB"))
    last = (await engine.draw(steps=3, picture=picture))[-1]
    assert last["type"] == "finished"
    drawing = last["drawing"]
    assert (drawing["width"], drawing["height"]) == (512, 256)
    for stroke in drawing["strokes"]:
        red, green, blue, _ = stroke["colour"]
        assert max(red, green, blue) - min(red, green, blue) < 0.15  # all of it is grey


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        ("x", "picture"),
        (base64.b64encode(b"no picture").decode(), "not a picture"),
        (base64.b64encode(b"x" * 300_000).decode(), "picture"),
        (lambda: encoded(Image.new("RGB", (257, 3))), "257 × 3 pixels"),
        (lambda: encoded(Image.new("RGB", (2000, 2000))), "2000 × 2000 pixels"),
    ],
)
async def test_what_cannot_be_drawn_as_a_picture_is_refused(
    engine: Engine, picture: str | Callable[[], str], why: str
) -> None:
    body = spec(picture=picture if isinstance(picture, str) else picture())
    status, reply = await engine.call("POST", "/v1/drawings", json=body)
    assert status == 422
    assert why in reply["error"]["message"]


def encoded(image: Image.Image) -> str:
    out = io.BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


async def test_models_and_health(engine: Engine) -> None:
    status, body = await engine.call("GET", "/v1/models")
    assert status == 200
    assert (body["models"][0]["image_size"], body["models"][0]["dimensions"]) == (32, 32)
    assert await engine.call("GET", "/readyz") == (200, {"status": "ok"})
    assert await engine.call("GET", "/healthz") == (200, {"status": "ok"})


async def test_an_engine_that_is_loading_is_alive_but_not_ready(tiny_critic: Critic) -> None:
    release = asyncio.Event()
    loop = asyncio.get_running_loop()

    def load() -> Any:
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(120)
        raise FileNotFoundError("no such model")

    async with starting(load) as engine:
        assert (await engine.call("GET", "/healthz"))[0] == 200
        assert await engine.call("GET", "/readyz") == (503, {"status": "starting"})
        status, body = await engine.call("POST", "/v1/drawings", json=spec())
        assert (status, body["error"]["code"]) == (503, "not_ready")
        release.set()
        await asyncio.wait_for(engine.service.broken.wait(), 60)
        assert "no such model" in str(engine.service.failure)


async def test_metrics_count_what_happened(engine: Engine) -> None:
    await engine.draw(steps=7)
    async with engine.session.get(f"{engine.url}/metrics") as response:
        families = list(text_string_to_metric_families(await response.text()))
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }
    assert samples["penguess_drawings_total", "finished"] == 1
    assert samples["penguess_drawing_steps_total",] == 7
    assert samples["penguess_drawings_running",] == 0


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "code"),
    [
        ("/v1/drawings", b"{", JSON, 400, "not_json"),
        ("/v1/drawings", b"{}", JSON, 422, "invalid"),
        ("/v1/drawings", b"[" * 100_000, JSON, 400, "not_json"),
        ("/v1/drawings", b'{"prompt": " "}', JSON, 422, "invalid"),
        ("/v1/drawings", b'{"prompt": "\\u200b\\u3164"}', JSON, 422, "invalid"),
        ("/v1/drawings", b'{"prompt": "x", "steps": 0}', JSON, 422, "invalid"),
        ("/v1/drawings", b'{"prompt": "x", "id": "../x"}', JSON, 422, "invalid"),
        ("/v1/drawings", b'{"prompt": "x", "deadline": NaN}', JSON, 422, "invalid"),
        ("/v1/drawings", b'{"prompt": "x"}', {"Content-Type": "text/plain"}, 415, "content_type"),
        ("/v1/drawings", b" " * (9 << 20), JSON, 413, "too_large"),
        ("/v1/guesses", b"{}", JSON, 422, "invalid"),
        ("/v1/guesses", b'{"image": "bm8="}', JSON, 422, "unreadable_picture"),
        ("/v1/captions", b"{}", JSON, 422, "invalid"),
        ("/v1/captions", b'{"image": "bm8="}', JSON, 422, "unreadable_picture"),
        ("/v1/guesses", b"x", {"Content-Type": "multipart/form-data"}, 400, "not_a_form"),
        ("/v1/embeddings", b"{}", JSON, 422, "invalid"),
        ("/v1/drawings", b"{}", JSON | {"Content-Encoding": "gzip"}, 400, "unreadable"),
        ("/v1/guesses", part(b"Content-Transfer-Encoding: x"), FORM, 400, "not_a_form"),
        ("/v1/guesses", part(name=b"\xff"), FORM, 422, "invalid"),
        ("/v1/nothing", b"{}", JSON, 404, "not_found"),
        ("/v1/models", b"{}", JSON, 405, "method_not_allowed"),
    ],
)
async def test_bad_requests_are_refused_in_words(
    engine: Engine, path: str, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    got, reply = await engine.call("POST", path, data=body, headers=headers)
    assert (got, reply["error"]["code"]) == (status, code)
    assert reply["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"prompt": "x", **{f"key {n}": n for n in range(300_000)}},
        {"prompt": "x", "k" * 3_000_000: 1},
        {"prompt": "x", **{f"key {n}": n for n in range(50)}},
        {
            "prompt": "x",
            "start": {
                "version": 1,
                "width": 512,
                "height": 512,
                "background": [1, 1, 1],
                "strokes": [{"points": [["x", "y"]] * 100, "width": "w", "colour": []}] * 1024,
            },
        },
        {"prompt": "x", "avoid": [""] * 1_000_000},
        {"prompt": "x", "target": ["?"] * 1_000_000},
    ],
)
async def test_an_answer_to_a_bad_request_is_short(engine: Engine, body: dict[str, Any]) -> None:
    status, reply = await engine.call("POST", "/v1/drawings", json=body)
    assert status == 422
    assert 0 < len(reply["error"]["message"]) < 4000


@pytest.mark.parametrize("start", ["0" * 5000, "1000001", "-1", "\u0663", "", "1.0"])
async def test_a_stream_begins_at_a_number(engine: Engine, start: str) -> None:
    events = await engine.draw(id="mine", steps=1)
    assert events[-1]["type"] == "finished"
    status, _ = await engine.call("GET", "/v1/drawings/mine", params={"from": start})
    assert status == 422


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("127.0.0.1:8600", 200),
        ("[::1]:8600", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("", 421),
    ],
)
async def test_without_a_token_nobody_asks_by_another_name(
    engine: Engine, host: str, status: int
) -> None:
    got, _ = await engine.call("GET", "/v1/models", headers={"Host": host})
    assert got == status


async def test_a_drawing_that_is_not_known_is_not_found(engine: Engine) -> None:
    for method in ("GET", "DELETE"):
        status, body = await engine.call(method, "/v1/drawings/nope")
        assert (status, body["error"]["code"]) == (404, "unknown")
    assert (await engine.call("GET", "/v1/drawings/nope?from=-1"))[0] in (404, 422)


async def test_only_the_right_token_opens(tiny_critic: Critic) -> None:
    async with serving(tiny_critic, token="right-ä") as engine:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "right-ä"}):
            for method, path in (("GET", "/v1/models"), ("GET", "/metrics"), ("GET", "/nothing")):
                status, body = await engine.call(method, path, headers=headers)
                assert (status, body["error"]["code"]) == (401, "unauthorised")
        right = {"Authorization": "Bearer right-ä"}
        assert (await engine.call("GET", "/v1/models", headers=right))[0] == 200
        assert (await engine.call("GET", "/healthz"))[0] == 200


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


class running:  # noqa: N801  used like a function
    """A drawing of client `id_` is under way inside the block, running or waiting, where the
    engine is held; it is cancelled at the end."""

    def __init__(self, engine: Engine, id_: str) -> None:
        self._engine, self._id = engine, id_

    async def __aenter__(self) -> None:
        draw = self._engine.draw(id=self._id, client=self._id, steps=50)
        self._task = asyncio.create_task(draw)
        await until_known(self._engine, self._id)

    async def __aexit__(self, *_: object) -> None:
        await self._engine.call("DELETE", f"/v1/drawings/{self._id}")
        await self._task


async def until_known(engine: Engine, id_: str) -> None:
    while (log := engine.service.archive.get(id_)) is None or not log.lines:  # noqa: ASYNC110
        await asyncio.sleep(0.005)


async def until_running(engine: Engine, id_: str) -> None:
    while (log := engine.service.archive.get(id_)) is None or len(log.lines) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("path", ["/v1/guesses", "/v1/captions"])
async def test_nothing_is_drawn_on_a_blank_sheet(engine: Engine, path: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    for fields in (
        {"image": base64.b64encode(out.getvalue()).decode()},
        {"drawing": Drawing(64, 64).to_dict()},
    ):
        status, body = await engine.call("POST", path, json=fields)
        assert (status, body["error"]["code"]) == (422, "nothing_drawn")
        assert body["error"]["message"] == "nothing is drawn here"
