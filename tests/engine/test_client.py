from __future__ import annotations

import asyncio
import random
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.canvas.drawing import Drawing, Stroke
from engine.client import EngineAway, EngineBusy, EngineClient, EngineRefused
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic
from engine.serve.api import Cancelled, Event, Finished, Progress
from tests.engine.serve.conftest import engine as engine
from tests.engine.serve.serving import Engine, serving
from tests.pace import Pace

STARTS_WITHIN = 600.0  # seconds; a few, on a machine that does nothing else
LINE = Drawing(64, 64, (Stroke(((8, 8), (20, 50), (40, 10), (56, 56)), 4.0, (0, 0, 0, 1)),))


def spec(steps: int = 10, prompt: str = "a cat") -> DrawingSpec:
    return DrawingSpec(prompt=prompt, strokes=4, steps=steps, seeds=1)


@pytest.fixture
async def client(engine: Engine) -> AsyncIterator[EngineClient]:
    async with EngineClient(engine.url) as connected:
        yield connected


async def test_a_drawing_ends_with_a_finished_drawing(client: EngineClient) -> None:
    events = [event async for event in client.draw(spec(), every=2)]
    assert isinstance(events[-1], Finished)
    assert events[-1].drawing.width == 512
    assert any(isinstance(event, Progress) for event in events)


async def test_a_drawing_that_is_cancelled_says_so(client: EngineClient, pace: Pace) -> None:
    pace.hold(at=1)
    events: list[Event] = []
    endings = []
    async for event in client.draw(spec(50), id="x"):
        events.append(event)
        if isinstance(event, Progress) and event.step == 1:
            endings.append(await client.cancel("x"))
    assert isinstance(events[-1], Cancelled)
    assert [ending and ending.root for ending in endings] == [events[-1]]


async def test_there_is_nothing_to_cancel(client: EngineClient) -> None:
    assert await client.cancel("nope") is None


async def test_a_model_that_makes_no_sketches_says_so(client: EngineClient) -> None:
    with pytest.raises(EngineRefused, match="makes no sketches") as refusal:
        await client.sketches("a cat")
    assert refusal.value.code == "no_sketcher"


async def test_strokes_and_pictures_are_captioned(client: EngineClient) -> None:
    first, second = await client.caption(LINE, top=2)
    assert first.phrase
    assert first.score >= second.score
    (other,) = await client.caption(LINE, top=1, blocked=[first.noun])
    assert other.noun != first.noun
    (other,) = await client.caption(LINE, top=1, said=[first.phrase])
    assert other.phrase != first.phrase
    with pytest.raises(EngineRefused, match="picture"):
        await client.caption(b"\x00\x01 no picture")


async def test_strokes_and_pictures_are_guessed(client: EngineClient) -> None:
    guesses = await client.guess(LINE, ["line", "circle"], top=2)
    assert {g.word for g in guesses} == {"line", "circle"}
    assert sum(g.p for g in guesses) == pytest.approx(1)
    with pytest.raises(EngineRefused, match="not a picture") as refusal:
        await client.guess(b"\x00\x01 no picture")
    assert refusal.value.code == "unreadable_picture"


async def test_texts_are_embedded(client: EngineClient) -> None:
    assert len((await client.embed(["a cat", "a dog"])).texts) == 2


async def test_what_is_there(client: EngineClient) -> None:
    assert await client.ready()
    (model,) = await client.models()
    assert model.image_size == 32


async def test_a_full_queue_is_not_asked_again(tiny_critic: Critic) -> None:
    async with serving(tiny_critic, places=0) as engine, EngineClient(engine.url) as client:
        with pytest.raises(EngineBusy) as refusal:
            await anext(client.draw(spec()))
    assert refusal.value.retry_after >= 1


async def test_a_wrong_token_is_refused(tiny_critic: Critic) -> None:
    async with serving(tiny_critic, token="right") as engine:
        async with EngineClient(engine.url, token="wrong") as client:
            with pytest.raises(EngineRefused) as refusal:
                await client.models()
        assert refusal.value.status == 401
        async with EngineClient(engine.url, token="right") as client:
            assert await client.models()


@pytest.mark.parametrize("seed", range(4))
async def test_a_connection_cut_anywhere_loses_and_doubles_nothing(
    engine: Engine, seed: int
) -> None:
    rng = random.Random(seed)
    async with (
        cutting_proxy(engine, rng) as (address, cuts),
        EngineClient(address, patience=60) as client,
    ):
        events = [e async for e in client.draw(spec(30), id=f"cut{seed}", every=2)]
    assert cuts
    assert [e.n for e in events] == list(range(len(events)))
    async with EngineClient(engine.url) as client:
        direct = [e async for e in client.draw(spec(30), id=f"cut{seed}", every=2)]
    assert events == direct
    assert isinstance(events[-1], Finished)


async def test_an_engine_that_is_not_there_is_away() -> None:
    async with EngineClient(f"http://127.0.0.1:{free_port()}", patience=0.3) as client:
        assert not await client.ready()
        with pytest.raises(EngineAway, match="does not answer"):
            await anext(client.draw(spec()))
        with pytest.raises(EngineAway):
            await client.guess(LINE)


async def test_a_closed_client_opens_nothing_again(client: EngineClient, pace: Pace) -> None:
    pace.hold()
    events = client.draw(spec(50))
    await anext(events)
    await client.close()
    with pytest.raises(EngineAway, match="closed"):
        _ = [event async for event in events]  # what had come by then is given out
    with pytest.raises(EngineAway, match="closed"):
        await client.models()


async def test_an_engine_that_comes_back_without_the_drawing_has_lost_it(
    tiny_critic: Critic, pace: Pace
) -> None:
    pace.hold(at=1)
    async with serving(tiny_critic) as first, serving(tiny_critic) as second:
        targets = [first]
        async with relay(targets) as (address, sever), EngineClient(address) as client:
            with pytest.raises(EngineAway, match="restarted"):
                await until_over(client, lambda: (targets.append(second), sever()))


def test_the_client_brings_neither_torch_nor_numba() -> None:
    code = "import sys, engine.client; print(*sorted({'torch', 'numba', 'numpy'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


class TestProcess:
    """`python -m engine serve` as an operator runs it."""

    @pytest.fixture(scope="class")
    @staticmethod
    def command(tiny_model: str) -> list[str]:
        return [sys.executable, "-m", "tests.paced_engine", "serve", "--model", tiny_model]

    async def test_sigterm_lets_a_drawing_finish(
        self, command: list[str], tmp_path: Path, pace: Pace
    ) -> None:
        path = tmp_path / "engine.sock"
        pace.hold(at=1)
        with process([*command, "--uds", str(path)]) as engine:
            async with EngineClient(f"unix:{path}", patience=STARTS_WITHIN) as client:
                events: list[Event] = []
                async for event in client.draw(spec(20)):
                    events.append(event)
                    if isinstance(event, Progress) and event.step == 1:
                        engine.send_signal(signal.SIGTERM)
                        while await client.ready():  # noqa: ASYNC110
                            await asyncio.sleep(0.01)
                        pace.release()
                assert isinstance(events[-1], Finished | Cancelled)
                assert [e.n for e in events] == list(range(len(events)))
            assert await asyncio.to_thread(engine.wait, 60) == 0

    async def test_sigkill_in_mid_drawing_is_a_clear_error(
        self, command: list[str], pace: Pace
    ) -> None:
        port = free_port()
        pace.hold(at=1)
        with process([*command, "--port", str(port)]) as engine:
            async with EngineClient(f"http://127.0.0.1:{port}", patience=STARTS_WITHIN) as client:
                await client.models()
                client.patience = 1.0
                with pytest.raises(EngineAway, match=f"127.0.0.1:{port} does not answer"):
                    await until_over(client, engine.kill)

    def test_a_model_that_is_none_is_a_clear_error(self, command: list[str]) -> None:
        done = subprocess.run(
            [*command, "--port", str(free_port()), "--model", "no-such-model"],
            capture_output=True,
            text=True,
            timeout=STARTS_WITHIN,
            check=False,
        )
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1].startswith("penguess: no model is called")


async def until_over(client: EngineClient, after_a_step: Callable[[], object]) -> None:
    """Follow a drawing to its end, doing something once it has taken the step it is held at."""
    async for event in client.draw(spec(50)):
        if isinstance(event, Progress) and event.step == 1:
            after_a_step()


class process:  # noqa: N801  used like a function
    """A process that is killed at the end of the block."""

    def __init__(self, command: list[str]) -> None:
        self._command = command

    def __enter__(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(self._command)
        return self._process

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def cutting_proxy(engine: Engine, rng: random.Random) -> AsyncIterator[tuple[str, list[int]]]:
    """Passes a few kilobytes of each answer on, in mid-line if so be it, then cuts."""
    cuts: list[int] = []

    def allowance() -> Iterator[int]:
        yield rng.randrange(300, 700)
        while True:
            yield rng.choice((0, rng.randrange(100, 3000), rng.randrange(1000, 4000)))

    sizes = allowance()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inward, outward = await asyncio.open_connection("127.0.0.1", int(engine.url.split(":")[-1]))
        sending = asyncio.create_task(copy(reader, outward))
        left = next(sizes)
        while left and (data := await inward.read(left)):
            writer.write(data)
            left -= len(data)
        if not left:
            cuts.append(1)
        sending.cancel()
        outward.close()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", cuts
    finally:
        server.close()


@asynccontextmanager
async def relay(
    targets: list[Engine],
) -> AsyncIterator[tuple[str, Callable[[], None]]]:
    """Passes everything on to the last of the targets; `sever` cuts what is open."""
    open_: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = int(targets[-1].url.split(":")[-1])
        inward, outward = await asyncio.open_connection("127.0.0.1", port)
        open_.extend((writer, outward))
        await asyncio.gather(copy(reader, outward), copy(inward, writer), return_exceptions=True)

    def sever() -> None:
        for writer in open_:
            writer.close()
        open_.clear()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", sever
    finally:
        sever()
        server.close()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()
