"""The thread that paints: it alone owns the painter and its model, and steps all drawings together.

It is told by `paint`, `stop` and `query`, from any thread, and tells by calling one function with
a report. Between two steps drawings join and leave; queries (guesses, embeddings) come first.
Whoever schedules sees only this interface, `Painters`, so that painters elsewhere can stand in for
the thread (cluster.py).
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import torch
from torch.nn import functional

from engine.canvas.decoder import open_small
from engine.canvas.drawing import Drawing
from engine.device import ahead, is_lost, watched
from engine.paint import checkpoint
from engine.paint.painter import Painter, in_style
from engine.paint.painters.way import Work
from engine.paint.painting import Painting, State
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic
from engine.serve.api import ModelInfo
from engine.serve.capacity import Capacity

log = logging.getLogger(__name__)

T = TypeVar("T")

_PREVIEW_SHARE = 0.04  # of the time spent on steps, at most, is spent on previews


@dataclass(frozen=True, slots=True)
class Job:
    """A drawing to paint: as commissioned, from `start` on if given, a preview `every` steps.

    saved: where another painter left it, to go on from there. target, picture: see
    DrawingRequest.
    """

    id: str
    spec: DrawingSpec
    start: Drawing | None = None
    every: int = 5
    saved: checkpoint.AnyCheckpoint | None = None
    target: tuple[float, ...] | None = None
    picture: bytes | None = None
    style_of: bytes | None = None
    patches: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded and everything has run once. room: see Scheduler.room."""

    model: ModelInfo
    room: float


@dataclass(frozen=True, slots=True)
class Unable:
    """The painter could not be made, or broke for good; nothing follows."""

    error: Exception


@dataclass(frozen=True, slots=True)
class CapacityChanged:
    """How much load may be painted at once, measured anew."""

    room: float


@dataclass(frozen=True, slots=True)
class Began:
    id: str


@dataclass(frozen=True, slots=True)
class Preview:
    id: str
    state: State


@dataclass(frozen=True, slots=True)
class Saved:
    """All that another painter needs to go on from here, if this one should be lost."""

    id: str
    checkpoint: checkpoint.AnyCheckpoint


@dataclass(frozen=True, slots=True)
class Ended:
    """A drawing left. state: as it stood; None if it never began or cannot be read any more.

    error: why it failed, if it did.
    """

    id: str
    state: State | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step of `drawings` drawings took `seconds`, split by stage."""

    drawings: int
    seconds: float
    stages: dict[str, float]


Report = Ready | Unable | CapacityChanged | Began | Preview | Saved | Ended | Stepped


class Painters(Protocol):
    """Whoever paints: told by these, from any thread, it tells by reports."""

    def start(self) -> None: ...
    def close(self) -> None: ...
    def paint(self, job: Job, /) -> None: ...
    def stop(self, id_: str, /) -> None: ...
    def query(self, ask: Callable[[Critic], T], /) -> Future[T]: ...
    def expect(self, load: float, /) -> None: ...


Hire = Callable[[Callable[[Report], None]], Painters]  # makes them, from whom they report to


class Worker:
    """A painting thread. `load` makes the painter in it; `report` is called from it.

    threads: for torch, None for its own default. save_every: steps between checkpoints of each
    drawing, where they are wanted.
    """

    def __init__(
        self,
        load: Callable[[], Painter],
        report: Callable[[Report], None],
        threads: int | None = None,
        save_every: int | None = None,
    ) -> None:
        self._load, self._report, self._threads = load, report, threads
        self._save_every = save_every
        self._queries: deque[tuple[Future[Any], Callable[[Critic], Any]]] = deque()
        self._orders: deque[Callable[[], None]] = deque()
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="painter", daemon=True)
        self._jobs: dict[str, tuple[Job, Painting | Work]] = {}
        self._seen: dict[str, int] = {}  # steps of each when it was last published
        self._painter: Painter
        self._capacity: Capacity
        self._stepping = self._previewing = 0.0  # seconds

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop after the step in hand and wait for the thread; reports nothing more."""
        self._closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        while self._queries:
            self._queries.popleft()[0].cancel()

    def paint(self, job: Job) -> None:
        """Let a drawing join at the next step: Began or Ended is reported."""
        self._order(lambda: self._begin(job))

    def stop(self, id_: str) -> None:
        """Let a drawing leave before the next step: Ended is reported, with its state."""
        self._order(lambda: self._leave(id_))

    def query(self, ask: Callable[[Critic], T]) -> Future[T]:
        """Run something short with the critic, before the next step. A cancelled one is skipped."""
        future: Future[T] = Future()
        self._queries.append((future, ask))
        self._wake.set()
        return future

    def expect(self, load: float) -> None:
        """So much load is painted or waits: nothing to prepare, there is one thread."""

    def _order(self, order: Callable[[], None]) -> None:
        self._orders.append(order)
        self._wake.set()

    def _run(self) -> None:
        torch.set_flush_denormal(True)  # per thread: strokes that fade out would stall arithmetic
        if self._threads is not None:
            torch.set_num_threads(self._threads)
        try:
            self._painter = self._load()
            self._capacity = Capacity.measure(self._painter)
        except Exception as error:
            if not isinstance(error, ValueError | OSError):  # those say what to do
                log.exception("the painter could not be made")
            self._report(Unable(error))
            return
        self._report(Ready(_info(self._painter.critic), self._capacity.room))
        try:
            with watched(self._painter.critic.device):
                self._live()
        except Exception as error:
            if is_lost(error):
                log.error("%s", error)
            else:
                log.exception("the painting thread broke")
            self._report(Unable(error))

    def _live(self) -> None:
        while not self._closing:
            if not self._painter.under_way:
                self._wake.wait()
            self._wake.clear()
            self._answer()
            while self._orders:
                self._orders.popleft()()
                self._answer()
            if self._painter.under_way and not self._closing:
                self._step()

    def _answer(self) -> None:
        while self._queries:
            future, ask = self._queries.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                with ahead(self._painter.critic.device):
                    answer = ask(self._painter.critic)
                future.set_result(answer)
            except Exception as error:  # it belongs to whoever asked
                future.set_exception(error)
                if is_lost(error):
                    raise

    def _begin(self, job: Job) -> None:
        began = False
        try:
            target = None
            if job.target is not None:
                target = functional.normalize(torch.tensor(job.target), dim=0)
            image = None if job.picture is None else open_small(job.picture)
            manner = None if job.style_of is None else open_small(job.style_of)
            patches = tuple(open_small(data, transparent=True) for data in job.patches)
            given = (job.start, target, image, manner, job.saved)
            fresh = all(thing is None for thing in given)
            if fresh and (first := self._painter.glimpse(job.spec)):
                began = True
                self._report(Began(job.id))
                self._report(Preview(job.id, first))
            painting = self._painter.begin(
                job.spec, job.start, target, image, self._answer, manner, patches
            )
            if job.saved is not None:
                checkpoint.resume(painting, job.saved)
            state = in_style(painting.state(), painting)
        except Exception as error:
            if is_lost(error):
                raise
            log.exception("a drawing could not be begun")
            self._report(Ended(job.id, None, "the drawing could not be begun"))
            return
        self._jobs[job.id] = (job, painting)
        self._seen[job.id] = painting.step
        self._painter.add(painting)
        if not began:
            self._report(Began(job.id))
        self._report(Preview(job.id, state))

    def _leave(self, id_: str, error: str | None = None) -> None:
        if id_ not in self._jobs:
            return  # it finished meanwhile
        _, painting = self._jobs.pop(id_)
        del self._seen[id_]
        if painting in self._painter.under_way:
            self._painter.remove(painting)
        try:
            state = in_style(painting.state(), painting)
        except ValueError:  # numbers that are no drawing
            state = None
        self._report(Ended(id_, state, error))

    def _step(self) -> None:
        painter = self._painter
        painter.stopwatch.clear()
        began = time.perf_counter()
        # Reckoned before: a step ends with fewer beginnings, and drawings leave by it.
        loads = {id(p): self._capacity.load_now(p) for p in painter.under_way}
        try:
            painter.step(self._answer)
        except Exception as error:  # one drawing must not take the others with it
            if is_lost(error):
                raise
            self._isolate(error)
            return
        stages = {stage: s / painter.taken for stage, s in painter.stopwatch.seconds.items()}
        seconds = sum(stages.values())
        stepped = painter.stepped
        self._report(Stepped(len(stepped), seconds, stages))
        # By drawings by gradient alone it is measured what a unit of load takes.
        together = not any(isinstance(one, Work) for one in stepped)
        if together and self._capacity.observe(sum(loads[id(p)] for p in stepped), seconds):
            self._report(CapacityChanged(self._capacity.room))
        self._stepping += time.perf_counter() - began
        self._publish()

    def _publish(self) -> None:
        """Finished drawings, and previews as far as they are cheap enough."""
        for id_, (job, painting) in list(self._jobs.items()):
            try:
                if painting.done:
                    self._finish(id_, painting)
                    continue
                seen, self._seen[id_] = self._seen[id_], painting.step
                every = self._save_every
                if every and painting.step // every > seen // every:
                    self._report(Saved(id_, checkpoint.save(painting)))
                first = seen == 0 < painting.step
                if first or painting.step // job.every > seen // job.every:
                    began = time.perf_counter()
                    affordable = self._previewing <= _PREVIEW_SHARE * self._stepping
                    if affordable or first:
                        self._report(Preview(id_, in_style(painting.state(), painting)))
                    self._previewing += time.perf_counter() - began
            except Exception as error:
                if is_lost(error):
                    raise
                log.exception("a drawing broke")
                self._leave(id_, "the drawing broke while it was painted")

    def _finish(self, id_: str, painting: Painting | Work) -> None:
        state = self._painter.finish(painting, self._answer)
        del self._jobs[id_], self._seen[id_]
        self._report(Ended(id_, state))

    def _isolate(self, error: Exception) -> None:
        """After a step that failed: every drawing takes it alone, and those that cannot leave."""
        painter, paintings = self._painter, list(self._painter.under_way)
        log.warning("a step of %d drawings failed: %s", len(paintings), error, exc_info=error)
        if isinstance(error, torch.OutOfMemoryError) and len(paintings) > 1:
            self._capacity.shrink(sum(self._capacity.load_now(painting) for painting in paintings))
            self._report(CapacityChanged(self._capacity.room))
        ids = {id(painting): id_ for id_, (_, painting) in self._jobs.items()}
        for painting in paintings:
            if painting in painter.under_way:
                painter.remove(painting)
        for painting in paintings:
            painter.add(painting)
            try:
                painter.step()
            except Exception as own:
                if is_lost(own):
                    raise
                log.warning("a drawing failed alone: %s", own, exc_info=own)
                self._leave(ids[id(painting)], "the drawing broke while it was painted")
            else:
                if painting in painter.under_way:
                    painter.remove(painting)
        for id_, (_, painting) in self._jobs.items():
            if not painting.done and id_ in ids.values() and painting not in painter.under_way:
                painter.add(painting)
        self._publish()


def _info(critic: Critic) -> ModelInfo:
    return ModelInfo(
        name=critic.name,
        image_size=critic.image_size,
        dimensions=critic.encode_text(["a house"]).shape[1],
        device=str(critic.device),
    )
