"""What HTTP has to do with it: who may ask, what is refused, and how the engine is."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families

from engine.paint.painter import Painter
from engine.see.critic import Critic
from engine.serve.process import Unsafe, run
from engine.serve.worker import Worker
from tests.engine.serve.serving import Engine, encoded, serving, spec, starting

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=x"}


def part(head: bytes = b"A: b", name: bytes = b"image") -> bytes:
    """A form with one part."""
    disposition = b'Content-Disposition: form-data; name="' + name + b'"'
    return b"--x\r\n" + disposition + b"\r\n" + head + b"\r\n\r\nabc\r\n--x--\r\n"


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


@pytest.mark.parametrize("start", ["0" * 5000, "1000001", "-1", "\u0663", "", "1.0"])
async def test_a_stream_begins_at_a_number(engine: Engine, start: str) -> None:
    events = await engine.draw(id="mine", steps=1)
    assert events[-1]["type"] == "finished"
    status, _ = await engine.call("GET", "/v1/drawings/mine", params={"from": start})
    assert status == 422


async def test_a_drawing_that_is_not_known_is_not_found(engine: Engine) -> None:
    for method in ("GET", "DELETE"):
        status, body = await engine.call(method, "/v1/drawings/nope")
        assert (status, body["error"]["code"]) == (404, "unknown")
    assert (await engine.call("GET", "/v1/drawings/nope?from=-1"))[0] in (404, 422)


def test_an_address_that_strangers_reach_needs_a_token(
    tiny_critic: Critic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PENGUESS_ENGINE_TOKEN", raising=False)
    for host in ("0.0.0.0", "::", "192.168.0.7", "example.org"):  # noqa: S104  refused
        with pytest.raises(Unsafe, match="set PENGUESS_ENGINE_TOKEN"):
            run(partial(Worker, lambda: Painter(tiny_critic)), host=host)


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


async def test_only_the_right_token_opens(tiny_critic: Critic) -> None:
    async with serving(tiny_critic, token="right-ä") as engine:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "right-ä"}):
            for method, path in (("GET", "/v1/models"), ("GET", "/metrics"), ("GET", "/nothing")):
                status, body = await engine.call(method, path, headers=headers)
                assert (status, body["error"]["code"]) == (401, "unauthorised")
        right = {"Authorization": "Bearer right-ä"}
        assert (await engine.call("GET", "/v1/models", headers=right))[0] == 200
        assert (await engine.call("GET", "/healthz"))[0] == 200
