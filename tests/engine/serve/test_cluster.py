"""Two replicas on this machine: the tests of the API through them, and what happens to drawings
whose replica is killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("ray", reason="the extra `cluster` is not installed")

from engine.paint.painter import Painter
from engine.see import critic
from engine.see.critic import Critic
from engine.serve import cluster
from engine.serve.cluster import Cluster, scale
from engine.serve.replica import SAVE_EVERY
from tests.engine.serve import test_drawings, test_http, test_seeing
from tests.engine.serve.serving import QUICK, Engine, Hired
from tests.pace import Pace
from tests.paced_engine import obey

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]  # Ray takes its time to start

# Every test of the API that is there, with the fixtures of this module.
for module in (test_drawings, test_seeing, test_http):
    found = vars(module).items()
    globals().update({name: test for name, test in found if name.startswith("test_")})


@pytest.fixture(scope="module")
def replicas(tiny_model: str) -> Iterator[Any]:
    """The handle of two replicas that paint with the tiny model."""

    def load() -> Painter:
        obey()  # they are in processes of their own
        return Painter(critic.load(tiny_model, device="cpu"), QUICK)

    os.environ.setdefault("RAY_worker_register_timeout_seconds", "300")  # where much else runs
    os.environ.setdefault("RAY_agent_register_timeout_ms", "300000")
    try:
        yield cluster.deploy(load, replicas=(2, 2), cpus=1)
    finally:
        cluster.leave()


@pytest.fixture
def tiny_critic(replicas: Any) -> Hired:
    """In the place of a critic of this process: painters elsewhere."""
    return Hired(partial(Cluster, lambda: replicas))


async def test_both_replicas_paint(engine: Engine, replicas: Any) -> None:
    assert len(await processes(replicas)) == 2
    drawn = await asyncio.gather(*(engine.draw(seed=i, steps=30) for i in range(6)))
    assert [events[-1]["type"] for events in drawn] == ["finished"] * 6


async def test_drawings_go_on_when_a_replica_is_killed(
    engine: Engine, replicas: Any, pace: Pace
) -> None:
    """All of them, each as if nothing had happened, and the replica is replaced."""
    # None is over before: who waits takes at most as many steps more for each of the others.
    pace.hold(at=3 * SAVE_EVERY)
    specs = [{"id": f"d{i}", "seed": i, "steps": 15 * SAVE_EVERY, "every": 1} for i in range(4)]
    drawing = [asyncio.create_task(engine.draw(**spec)) for spec in specs]
    for spec in specs:
        await until_step(engine, spec["id"], 3 * SAVE_EVERY)
    killed = min(await processes(replicas))
    before = {spec["id"]: step_of(engine, spec["id"]) for spec in specs}
    os.kill(killed, signal.SIGKILL)
    pace.release()
    drawn = await asyncio.gather(*drawing)
    for events in drawn:
        assert events[-1]["type"] == "finished"
        assert events[-1]["step"] > before[events[0]["id"]]
        assert [e["n"] for e in events] == list(range(len(events)))
        assert [e["type"] for e in events].count("started") == 1
        steps = [e["step"] for e in events if e["type"] == "progress"]
        assert steps == sorted(set(steps))
    assert await until_two(replicas, without=killed)


async def test_a_drawing_between_two_replicas_can_be_cancelled(
    engine: Engine, replicas: Any, pace: Pace
) -> None:
    pace.hold(at=2)
    drawing = asyncio.create_task(engine.draw(id="x", steps=50, every=1))
    await until_step(engine, "x", 2)
    killed = await processes(replicas)
    followed, _ = engine.service._worker._drawings["x"]  # type: ignore[attr-defined]
    for process in killed:
        os.kill(process, signal.SIGKILL)
    while followed.here:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    status, last = await engine.call("DELETE", "/v1/drawings/x")
    assert (status, last["type"], last["reason"]) == (200, "cancelled", "asked")
    assert last["drawing"]["strokes"]
    assert not followed.here  # nobody else had to take it up first
    await drawing
    pace.release()
    assert await until_two(replicas, without=min(killed))
    assert (await engine.draw(steps=3))[-1]["type"] == "finished"


def test_as_many_replicas_are_wanted_as_the_queue_keeps_busy() -> None:
    context = SimpleNamespace(aggregated_metrics=None, target_num_replicas=2)
    assert scale(context)[0] == 2
    context.aggregated_metrics = {"wanted": {"a": 1.0, "b": 5.0}}
    assert scale(context)[0] == 5


def step_of(engine: Engine, id_: str) -> int:
    """The step of the last preview that a drawing has shown."""
    log = engine.service.archive.get(id_)
    return getattr(log.last, "step", 0) if log and log.last else 0


async def until_step(engine: Engine, id_: str, step: int) -> None:
    while step_of(engine, id_) < step:  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def processes(replicas: Any) -> set[int]:
    answers = await replicas.broadcast("ask", _process).results_async(
        timeout_s=10, return_exceptions=True
    )
    return {answer for answer in answers if isinstance(answer, int)}


def _process(_: Critic) -> int:
    return os.getpid()


async def until_two(replicas: Any, without: int) -> bool:
    until = time.monotonic() + 300
    while time.monotonic() < until:
        with contextlib.suppress(Exception):
            found = await processes(replicas)
            if len(found) == 2 and without not in found:
                return True
        await asyncio.sleep(0.2)
    return False
