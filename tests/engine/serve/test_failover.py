"""What a cluster does when replicas are lost, with replicas of this process and losses to order.

Real replicas in real processes are in test_cluster.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("ray", reason="the extra `cluster` is not installed")

from ray.exceptions import RayActorError
from ray.serve.exceptions import DeploymentUnavailableError

from engine.canvas.drawing import Drawing
from engine.paint.painter import Painter
from engine.see.critic import Critic
from engine.serve.cluster import LOSSES, Cluster
from engine.serve.replica import Replica
from engine.serve.worker import Job, Report, Stepped
from tests.engine.serve.serving import QUICK, Hired, serving

LOST_AFTER = 27  # steps


class Call:
    """The streamed answer of a handle."""

    def __init__(self, stream: AsyncIterator[Report]) -> None:
        self._stream = stream

    def __aiter__(self) -> AsyncIterator[Report]:
        return self._stream

    def cancel(self) -> None:
        pass


class Handle:
    """As much of Serve's handle as a cluster uses. The first `losses` calls lose their replica."""

    def __init__(self, critic: Critic, losses: int, then_hang: bool = False) -> None:
        self._critic, self._losses, self._then_hang = critic, losses, then_hang
        self._replicas: list[Replica] = []
        self.looked_in_vain = 0
        self.all_lost = False
        self.jobs: list[Job] = []
        self.paint = SimpleNamespace(remote=lambda job: Call(self._paint(job)))

    def options(self, *, stream: bool) -> Handle:
        assert stream
        return self

    async def _paint(self, job: Job) -> AsyncIterator[Report]:
        self.jobs.append(job)
        number = len(self.jobs)
        if number > self._losses and self._then_hang:
            await asyncio.Event().wait()
        replica = self._replicas[number % 2]
        steps = 0
        async with aclosing(replica.paint(job)) as reports:  # type: ignore[type-var]
            async for report in reports:
                yield report
                steps += isinstance(report, Stepped)
                if number <= self._losses and steps == LOST_AFTER:
                    raise RayActorError()

    def broadcast(self, method: str, *arguments: Any) -> Any:
        async def results_async(**_: Any) -> list[Any]:
            if self.all_lost:
                self.looked_in_vain += 1
                raise DeploymentUnavailableError("painter")  # type: ignore[arg-type]
            if not self._replicas:  # they belong to the loop that this is
                load = partial(Painter, self._critic, QUICK)
                self._replicas = [Replica(load, 1), Replica(load, 1)]
            return [await getattr(replica, method)(*arguments) for replica in self._replicas]

        return SimpleNamespace(results_async=results_async)

    @property
    def ask(self) -> Any:
        return SimpleNamespace(remote=lambda question: self._replicas[0].ask(question))

    def close(self) -> None:
        for replica in self._replicas:
            replica.close()


def hired(handle: Handle) -> Hired:
    return Hired(partial(Cluster, lambda: handle))  # type: ignore[arg-type]


def assert_alike(one: dict[str, Any], other: dict[str, Any]) -> None:
    a, b = (Drawing.from_dict(event["drawing"]) for event in (one, other))
    assert len(a.strokes) == len(b.strokes)
    for stroke, twin in zip(a.strokes, b.strokes, strict=True):
        for p, q in zip(stroke.points, twin.points, strict=True):
            assert p == pytest.approx(q, abs=0.05)  # of 512 px; events are rounded to 0.01


async def test_a_drawing_whose_replica_is_lost_becomes_what_it_would_have(
    tiny_critic: Critic,
) -> None:
    spec = {"steps": 60, "seeds": 2, "every": 1}
    async with serving(tiny_critic) as undisturbed:
        stayed = await undisturbed.draw(**spec)
    handle = Handle(tiny_critic, losses=1)
    async with serving(hired(handle)) as engine:
        moved = await engine.draw(**spec)
    handle.close()
    first, second = handle.jobs
    assert first.saved is None
    assert second.saved is not None
    assert LOST_AFTER - second.saved.step <= 20
    assert [e["n"] for e in moved] == list(range(len(moved)))
    assert [e["type"] for e in moved].count("started") == 1
    steps = [e["step"] for e in moved if e["type"] == "progress"]
    assert steps == sorted(set(steps))
    assert (moved[-1]["type"], moved[-1]["step"]) == ("finished", stayed[-1]["step"])
    assert moved[-1]["score"] == pytest.approx(stayed[-1]["score"], abs=1e-3)
    assert_alike(moved[-1], stayed[-1])


async def test_a_cluster_that_has_lost_all_replicas_waits_for_others(tiny_critic: Critic) -> None:
    handle = Handle(tiny_critic, losses=0)
    async with serving(hired(handle)) as engine:
        assert (await engine.draw(steps=3))[-1]["type"] == "finished"
        handle.all_lost = True
        while handle.looked_in_vain < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        handle.all_lost = False
        assert (await engine.draw(steps=3))[-1]["type"] == "finished"
    handle.close()


async def test_a_drawing_that_loses_every_replica_fails(
    tiny_critic: Critic, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = Handle(tiny_critic, losses=100)
    async with serving(hired(handle)) as engine:
        last = (await engine.draw(steps=500))[-1]
    handle.close()
    assert (last["type"], last["error"]["code"]) == ("failed", "internal")
    assert len(handle.jobs) == LOSSES + 1


async def test_a_drawing_without_a_replica_is_cancelled_as_it_was_last_seen(
    tiny_critic: Critic,
) -> None:
    handle = Handle(tiny_critic, losses=1, then_hang=True)
    async with serving(hired(handle)) as engine:
        drawing = asyncio.create_task(engine.draw(id="x", steps=500, every=1))
        while len(handle.jobs) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        status, last = await engine.call("DELETE", "/v1/drawings/x")
        assert (status, last["type"], last["reason"]) == (200, "cancelled", "asked")
        assert 0 < last["step"] <= LOST_AFTER
        assert last["drawing"]["strokes"]
        assert (await drawing)[-1] == last
    handle.close()
