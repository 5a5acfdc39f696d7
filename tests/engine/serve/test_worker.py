from __future__ import annotations

import queue
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from engine.paint.painter import Painter
from engine.paint.painting import Painting, State
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic
from engine.serve.worker import (
    Began,
    Ended,
    Job,
    Preview,
    Ready,
    Report,
    Saved,
    Stepped,
    Unable,
    Worker,
)
from tests.engine.serve.serving import QUICK
from tests.pace import Pace


class Listener:
    """Collects what a worker reports; `on` may act at once, in the painting thread."""

    def __init__(self) -> None:
        self.reports: queue.Queue[Report] = queue.Queue()
        self.on: Any = lambda report: None

    def __call__(self, report: Report) -> None:
        self.on(report)
        self.reports.put(report)

    def until(self, kind: type[Report], count: int = 1) -> list[Report]:
        """All reports up to the `count`th of a kind."""
        seen: list[Report] = []
        while count:
            seen.append(self.reports.get(timeout=60))
            count -= isinstance(seen[-1], kind)
        return seen


@pytest.fixture
def listener() -> Listener:
    return Listener()


def start(painter: Painter, listener: Listener) -> Worker:
    worker = Worker(lambda: painter, listener, threads=1)
    worker.start()
    assert isinstance(listener.until(Ready)[-1], Ready)
    return worker


def job(id_: str, every: int = 5, **fields: Any) -> Job:
    return Job(id_, DrawingSpec(**{"prompt": id_, "strokes": 4, "seeds": 1, **fields}), every=every)


def test_a_drawing_is_stopped_within_one_step(tiny_critic: Critic, listener: Listener) -> None:
    worker = start(Painter(tiny_critic, QUICK), listener)
    asked_at: list[int] = []
    steps = 0

    def ask_in_the_fourth_step(report: Report) -> None:
        nonlocal steps
        steps += isinstance(report, Stepped)
        if steps == 4 and not asked_at:
            asked_at.append(steps)
            worker.stop("x")

    listener.on = ask_in_the_fourth_step
    worker.paint(job("x", steps=5000))
    last = listener.until(Ended)[-1]
    worker.close()
    assert isinstance(last, Ended)
    assert last.state is not None
    assert last.state.step - asked_at[0] <= 1


def test_a_question_is_answered_within_a_step(tiny_critic: Critic, listener: Listener) -> None:
    answers: list[Future[tuple[str, int]]] = []
    steps = 0

    class Asked(Painter):
        """Is asked something as the third step begins."""

        def step(self, pause: Any = None) -> None:
            nonlocal steps
            if steps == 2 and not answers:
                answers.append(worker.query(lambda critic: (critic.name, steps)))
            super().step(pause)

    def count(report: Report) -> None:
        nonlocal steps
        steps += isinstance(report, Stepped)

    listener.on = count
    painter = Asked(tiny_critic, QUICK)
    worker = start(painter, listener)
    painter.views_at_once = 2  # so that a step of three drawings has pauses
    for id_ in "abc":
        worker.paint(job(id_, steps=6))
    listener.until(Ended, 3)
    worker.close()
    (answer,) = answers
    assert answer.result(0) == (tiny_critic.name, 2)  # the third step was not over


def test_a_question_that_fails_tells_whoever_asked(tiny_critic: Critic, listener: Listener) -> None:
    worker = start(Painter(tiny_critic, QUICK), listener)
    with pytest.raises(ZeroDivisionError):
        worker.query(lambda _: 1 / 0).result(60)
    assert worker.query(lambda critic: critic.image_size).result(60) == 32
    worker.close()


def test_previews_cost_little_of_the_time(
    tiny_critic: Critic, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a clock by which a step takes a second and a preview a tenth."""
    now = 0.0
    state = Painting.state

    class Timed(Painter):
        def step(self, pause: Any = None) -> None:
            nonlocal now
            super().step(pause)
            now += 1.0

    def timed(painting: Painting) -> State:
        nonlocal now
        now += 0.1
        return state(painting)

    worker = start(Timed(tiny_critic, QUICK), listener)
    monkeypatch.setattr("engine.serve.worker.time", SimpleNamespace(perf_counter=lambda: now))
    monkeypatch.setattr(Painting, "state", timed)
    for id_ in "abcd":
        worker.paint(job(id_, every=1, steps=60))
    reports = listener.until(Ended, 4)
    worker.close()
    previews = sum(isinstance(report, Preview) for report in reports)
    steps = sum(isinstance(report, Stepped) for report in reports)
    free = 4  # each drawing's beginning, before any step
    assert 0.04 * steps - 0.2 < 0.1 * (previews - free) < 0.04 * steps + 0.2


def test_a_broken_drawing_does_not_take_the_others_along(
    tiny_critic: Critic, listener: Listener, pace: Pace
) -> None:
    class Clumsy(Painter):
        """Spoils the strokes of one drawing, and stumbles over another."""

        def begin(self, spec: DrawingSpec, *more: Any) -> Painting:
            painting = super().begin(spec, *more)
            if spec.prompt == "nan":
                painting.restarts[0].strokes.points.fill_(torch.nan)
            return painting

        def step(self, pause: Any = None) -> None:
            if any(painting.spec.prompt == "stumble" for painting in self.paintings):
                raise RuntimeError("stumbled")
            super().step(pause)

    worker = start(Clumsy(tiny_critic, QUICK), listener)
    with pace.held():
        for id_ in ("good", "stumble", "nan"):
            worker.paint(job(id_, steps=6))
        listener.until(Began, 2)
    reports = listener.until(Ended, 3)
    worker.close()
    ended = {report.id: report for report in reports if isinstance(report, Ended)}
    assert ended["good"].error is None
    assert ended["good"].state is not None
    assert ended["good"].state.step == 6
    assert ended["stumble"].error
    assert ended["nan"].error


def test_a_drawing_goes_on_from_where_it_was_saved(tiny_critic: Critic, listener: Listener) -> None:
    """Taken up by another thread it becomes the drawing that it would have been."""
    stays = Worker(lambda: Painter(tiny_critic, QUICK), listener, threads=1, save_every=4)
    stays.start()
    listener.until(Ready)
    wished = job("x", steps=14, seeds=2)
    stays.paint(wished)
    reports = listener.until(Ended)
    stays.close()
    saved = [report.checkpoint for report in reports if isinstance(report, Saved)]
    assert [checkpoint.step for checkpoint in saved] == [4, 8, 12]
    other = start(Painter(tiny_critic, QUICK), listener)
    other.paint(replace(wished, saved=saved[1]))
    again = listener.until(Ended)
    other.close()
    first = next(report for report in again if isinstance(report, Preview))
    assert first.state.step == 8
    assert again[-1] == reports[-1]


def test_what_cannot_be_loaded_is_reported(listener: Listener) -> None:
    def load() -> Painter:
        raise FileNotFoundError("no weights")

    Worker(load, listener, threads=1).start()
    report = listener.until(Unable)[-1]
    assert isinstance(report, Unable)
    assert str(report.error) == "no weights"


def test_a_drawing_begins_before_its_first_preview(tiny_critic: Critic, listener: Listener) -> None:
    worker = start(Painter(tiny_critic, QUICK), listener)
    worker.paint(job("x", steps=2))
    kinds = [type(report) for report in listener.until(Ended)]
    worker.close()
    assert kinds[:2] == [Began, Preview]
    assert kinds.count(Stepped) == 2
