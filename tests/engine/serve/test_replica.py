from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from engine.paint.painter import Painter
from engine.paint.painting import Painting
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic
from engine.serve.replica import SAVE_EVERY, Broken, Replica
from engine.serve.worker import Began, Ended, Job, Ready, Report, Saved, Stepped, Unable
from tests.engine.serve.serving import QUICK
from tests.pace import Pace


@pytest.fixture
async def replica(tiny_critic: Critic) -> AsyncIterator[Replica]:
    replica = Replica(lambda: Painter(tiny_critic, QUICK), threads=1)
    yield replica
    await asyncio.to_thread(replica.close)


def job(id_: str, **fields: Any) -> Job:
    return Job(id_, DrawingSpec(**{"prompt": id_, "strokes": 4, "seeds": 1, "steps": 6, **fields}))


async def reports(replica: Replica, job: Job) -> list[Report]:
    return [report async for report in replica.paint(job)]


async def test_a_caller_hears_of_its_own_drawing(replica: Replica) -> None:
    both = await asyncio.gather(reports(replica, job("a")), reports(replica, job("b")))
    for id_, heard in zip("ab", both, strict=True):
        assert isinstance(heard[0], Began)
        assert isinstance(heard[-1], Ended)
        assert {report.id for report in heard if hasattr(report, "id")} == {id_}


async def test_a_step_of_several_drawings_is_told_once(replica: Replica) -> None:
    both = await asyncio.gather(reports(replica, job("a", steps=3)), reports(replica, job("b")))
    stepped = [report for heard in both for report in heard if isinstance(report, Stepped)]
    assert sum(report.drawings for report in stepped) == 9


async def test_no_checkpoint_is_over_twenty_steps_old(replica: Replica) -> None:
    heard = await reports(replica, job("a", steps=3 * SAVE_EVERY + 5))
    steps = [report.checkpoint.step for report in heard if isinstance(report, Saved)]
    assert steps == [SAVE_EVERY, 2 * SAVE_EVERY, 3 * SAVE_EVERY]
    assert 2 * SAVE_EVERY <= 20  # even if the last one is lost with the replica


async def test_a_drawing_that_is_stopped_ends_with_its_state(replica: Replica, pace: Pace) -> None:
    pace.hold(at=1)
    last: Report | None = None
    async for last in replica.paint(job("a", steps=50)):
        if isinstance(last, Stepped):
            await replica.stop("a")
    assert isinstance(last, Ended)
    assert last.state is not None
    assert last.state.step == 1


async def test_a_caller_who_goes_away_takes_its_drawing_along(replica: Replica, pace: Pace) -> None:
    pace.hold()
    stream = replica.paint(job("a", steps=50))
    assert isinstance(await anext(stream), Began)
    await stream.aclose()  # type: ignore[attr-defined]
    pace.release()
    heard = await reports(replica, job("b"))
    assert [report.drawings for report in heard if isinstance(report, Stepped)][-1] == 1


async def test_a_replica_says_how_much_room_it_has_and_hears_how_many_are_wanted(
    replica: Replica,
) -> None:
    state = await replica.tell(3)
    assert isinstance(state, Ready)
    assert state.room >= 1
    assert replica.record_autoscaling_stats() == {"wanted": 3}
    assert await replica.ask(lambda critic: critic.image_size) == 32


async def test_a_model_that_cannot_be_loaded_is_told() -> None:
    def load() -> Painter:
        raise FileNotFoundError("no weights")

    state = await Replica(load, threads=1).tell(1)
    assert isinstance(state, Unable)
    assert str(state.error) == "no weights"


async def test_a_replica_whose_painter_broke_is_not_healthy(tiny_critic: Critic) -> None:
    class Breaks(Painter):
        def add(self, painting: Painting) -> None:
            if painting.spec.prompt == "breaks":
                raise RuntimeError("broke")
            super().add(painting)

    replica = Replica(lambda: Breaks(tiny_critic, QUICK), threads=1)
    replica.check_health()
    with pytest.raises(Broken, match="broke"):
        await reports(replica, job("breaks"))
    with pytest.raises(Broken, match="broke"):
        replica.check_health()
