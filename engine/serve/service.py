"""One engine's drawings from request to last event: queue, painter and event logs put together.

Everything here runs in the event loop; the worker's reports are brought there. What is asked over
HTTP is in http.py, who comes next in scheduler.py, painting in worker.py, and what the critic is
asked meanwhile in queries.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from engine.canvas.decoder import open_small
from engine.canvas.drawing import Drawing
from engine.paint.painters.way import Given
from engine.paint.painting import State
from engine.paint.settling import settle
from engine.paint.spec import Settled
from engine.serve import api
from engine.serve.capacity import load_of
from engine.serve.eventlog import Archive, EventLog
from engine.serve.metrics import Metrics
from engine.serve.queries import NotReady, Queries
from engine.serve.scheduler import PLACES, Scheduler, Ticket
from engine.serve.worker import (
    Began,
    CapacityChanged,
    Ended,
    Hire,
    Job,
    Preview,
    Ready,
    Report,
    Saved,
    Stepped,
    Unable,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

ORPHAN_SECONDS = 30.0  # a drawing that nobody has followed for so long is cancelled
GRACE_SECONDS = 8.0  # for running drawings to finish when the engine stops; Docker waits for 10

_TICK = 0.1  # seconds between looks at deadlines and orphans


class BadTarget(ValueError):
    """No embedding of the model that is loaded; the message says why."""


class IdTaken(Exception):
    """The id belongs to a drawing with another body."""


Why = Literal["asked", "abandoned", "shutdown", "deadline"]


@dataclass
class _Entry:
    request: api.DrawingRequest
    spec: Settled
    log: EventLog
    since: float
    position: int = 0
    why: Why | None = None  # it was told to stop


@dataclass
class Service:
    """Draws for any number of callers; see docs/engine.md.

    hire: makes whoever paints. places: in the queue. most: load painted at once, even if there
    were room for more. orphan_seconds: see ORPHAN_SECONDS. clock: seconds from anywhere, by which
    deadlines come.
    """

    hire: Hire
    places: int = PLACES
    most: float = math.inf
    orphan_seconds: float = ORPHAN_SECONDS
    clock: Callable[[], float] = time.monotonic
    metrics: Metrics = field(default_factory=Metrics)
    status: Literal["starting", "ok", "stopping"] = "starting"
    failure: Exception | None = None  # why it cannot go on

    def __post_init__(self) -> None:
        self.archive = Archive()
        self.broken = asyncio.Event()
        self.model: api.ModelInfo | None = None
        self._scheduler = Scheduler(self.places)
        self._worker = self.hire(self._from_thread)
        self._entries: dict[str, _Entry] = {}  # those that are not over
        self._requests: dict[str, api.DrawingRequest] = {}  # of everything in the archive
        self._latest: dict[str, Preview] = {}
        self.queries = Queries(self._worker, self.ready, self.metrics)
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Begin to load the model; `status` and `failure` tell how it went."""
        self._loop = asyncio.get_running_loop()
        self._worker.start()
        self._spawn(self._watch())

    async def drain(self, grace: float) -> None:
        """Refuse what is new, cancel what waits, let what runs finish within `grace` seconds."""
        self.status = "stopping"
        for entry in list(self._entries.values()):
            if entry.log.id in self._scheduler.waiting:
                self._cancel_waiting(entry, "shutdown")
        await self._until_empty(grace)
        for id_ in list(self._entries):
            self._stop(id_, "shutdown")
        await self._until_empty(5.0)

    async def close(self) -> None:
        """End the painting thread, without grace."""
        self.status = "stopping"
        for task in self._tasks:
            task.cancel()
        await asyncio.to_thread(self._worker.close)

    # Drawings

    def draw(self, request: api.DrawingRequest) -> EventLog:
        """The events of a drawing, a new one or the one that has this id already.

        Raises NotReady, QueueFull, IdTaken for an id whose drawing has another body, BadTarget,
        UnreadablePicture, NoSketcher, or NotThisPainter.
        """
        if request.id is not None and (known := self.archive.get(request.id)):
            if self._requests[request.id] != request:
                raise IdTaken(f"the id {request.id} belongs to another drawing")
            return known
        model = self.ready()
        dimensions = model.dimensions
        if request.target is not None and len(request.target) != dimensions:
            found = len(request.target)
            raise BadTarget(f"target: {found} numbers, where embeddings here have {dimensions}")
        if request.target is not None and not any(request.target):
            raise BadTarget("target: nothing but zeros, which is no direction to paint towards")
        if request.picture is not None:
            open_small(request.picture)
        if request.style_of is not None:
            open_small(request.style_of)
        for patch in request.patches:
            open_small(patch)
        now = self.clock()
        id_ = request.id or uuid.uuid4().hex
        traced = request.picture is not None
        spec = settle(request, model.name, of_picture=traced, of_patches=bool(request.patches))
        given = Given(
            start=request.start is not None, picture=traced, style=request.style_of is not None
        )
        load = load_of(spec, given)
        self._scheduler.submit(
            Ticket(
                id_,
                request.client,
                load=load,
                cost=load * spec.steps,
                since=now,
                deadline=now + request.deadline,
                game=request.priority == "game",
                weight=request.weight,
            )
        )
        events = self.archive.open(id_, now)
        self._requests[id_] = request
        self._entries[id_] = _Entry(request, spec, events, now)
        self._schedule()
        return events

    async def cancel(self, id_: str) -> api.Event | None:
        """End a drawing before the next step; its last event, or None if there is no such one."""
        events = self.archive.get(id_)
        if events is None:
            return None
        self._stop(id_, "asked")
        return await events.over()

    def _stop(self, id_: str, why: Why) -> None:
        entry = self._entries.get(id_)
        if entry is None:
            return
        if id_ in self._scheduler.waiting:
            self._cancel_waiting(entry, why)
            self._schedule()
        elif entry.why is None:
            entry.why = why
            self._worker.stop(id_)

    def _cancel_waiting(self, entry: _Entry, why: Why) -> None:
        id_ = entry.log.id
        if why == "deadline":
            fault = api.Fault(code="deadline", message="its deadline came before its turn")
            self._end(entry, api.Failed(id=id_, error=fault))
        else:
            self._end(entry, api.Cancelled(id=id_, reason=why))

    def _end(self, entry: _Entry, event: api.Event) -> None:
        id_, now = entry.log.id, self.clock()
        self._scheduler.leave(id_, now)
        self._latest.pop(id_, None)
        del self._entries[id_]
        entry.log.append(event, now)
        self.metrics.ended(event, now - entry.since)

    def _schedule(self) -> None:
        """Begin what there is room for, and tell the others their new places."""
        now = self.clock()
        self._worker.expect(self._scheduler.demand)
        if self.status == "ok":
            for ticket in self._scheduler.admit(now):
                request, spec = self._entries[ticket.id].request, self._entries[ticket.id].spec
                every = max(request.every, math.ceil(spec.steps / api.MAX_PREVIEWS))
                job = Job(
                    ticket.id,
                    spec,
                    request.start,
                    every,
                    target=request.target,
                    picture=request.picture,
                    style_of=request.style_of,
                    patches=request.patches,
                )
                self._worker.paint(job)
        for id_, position in self._scheduler.positions(now).items():
            entry = self._entries[id_]
            if position != entry.position:
                entry.position = position
                entry.log.append(api.Queued(id=id_, position=position), now)
        self.metrics.queue(len(self._scheduler.waiting), len(self._scheduler.running))

    # What the worker says

    def _from_thread(self, report: Report) -> None:
        """Called in the painting thread. Of previews not yet taken the newest wins."""
        if isinstance(report, Preview):
            # Whether an older one waits is not asked: it may be taken just then.
            self._latest[report.id] = report
            self._loop.call_soon_threadsafe(self._preview, report.id)
        else:
            self._loop.call_soon_threadsafe(self._on, report)

    def _preview(self, id_: str) -> None:
        report, entry = self._latest.pop(id_, None), self._entries.get(id_)
        if report and entry:
            now = self.clock()
            entry.log.append(api.Progress(id=id_, **_fields(entry, report.state)), now)
            if report.state.step:
                self.metrics.preview(now - entry.since, first=report.state.step == 1)

    def _on(self, report: Report) -> None:
        match report:
            case Ready(model, room):
                self.model = model
                self._scheduler.room = min(room, self.most)
                self.status = "ok"
                self.queries.nouns = self._spawn(self.queries.prepare())
            case Unable(error):
                self.failure = error
                self.status = "stopping"
                for entry in list(self._entries.values()):
                    self._fail(entry, "the engine's painter broke")
                self.broken.set()
            case CapacityChanged(room):
                self._scheduler.room = min(room, self.most)
                self._schedule()
            case Began(id_):
                if entry := self._entries.get(id_):
                    entry.log.append(api.Started(id=id_), self.clock())
            case Stepped(drawings, seconds, stages):
                self.metrics.stepped(drawings, seconds, stages)
            case Ended(id_, state, error):
                if entry := self._entries.get(id_):
                    self._ended(entry, state, error)
                    self._schedule()
            case Preview() | Saved():
                pass  # `_preview` has it; nothing here needs the other

    def _ended(self, entry: _Entry, state: State | None, error: str | None) -> None:
        id_ = entry.log.id
        if error is not None or (state is None and entry.why is None):
            self._fail(entry, error or "the drawing was lost")
        elif state is not None and (entry.why in (None, "deadline") or state.final):
            self._end(entry, api.Finished(id=id_, **_result(entry, state, self.clock())))
        elif entry.why == "deadline" or entry.why is None:
            self._cancel_waiting(entry, "deadline")
        else:
            step, drawing = (state.step, _shown(state.drawing)) if state else (0, None)
            self._end(entry, api.Cancelled(id=id_, reason=entry.why, step=step, drawing=drawing))

    def _fail(self, entry: _Entry, message: str) -> None:
        fault = api.Fault(code="internal", message=message)
        self._end(entry, api.Failed(id=entry.log.id, error=fault))

    async def _watch(self) -> None:
        """Deadlines, drawings that nobody follows, and old logs."""
        while True:
            await asyncio.sleep(_TICK)
            now = self.clock()
            for ticket in self._scheduler.expired(now):
                self._stop(ticket.id, "deadline")
            for id_, entry in list(self._entries.items()):
                events = entry.log
                if events.readers:
                    events.idle_since = now
                elif now - events.idle_since > self.orphan_seconds:
                    self._stop(id_, "abandoned")
            for id_ in self.archive.tidy(now):
                del self._requests[id_]

    async def _until_empty(self, seconds: float) -> None:
        endings = [entry.log.over() for entry in self._entries.values()]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*endings), seconds)

    def ready(self) -> api.ModelInfo:
        """What judges here. Raises NotReady while it is loaded, and when the engine stops."""
        if self.status != "ok" or self.model is None:
            doing = "starting" if self.status == "starting" else "stopping"
            raise NotReady(f"the engine is {doing}")
        return self.model

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _shown(drawing: Drawing) -> Drawing:
    return drawing.scaled(api.SHOWN_WIDTH)


def _fields(entry: _Entry, state: State) -> dict[str, Any]:
    return {
        "ink": entry.spec.ink,
        "step": state.step,
        "steps": state.steps,
        "score": round(state.score, 4),
        "drawing": _shown(state.drawing),
    }


def _result(entry: _Entry, state: State, now: float) -> dict[str, Any]:
    larger = api.SHOWN_WIDTH / (state.drawing.plain or state.drawing).width
    return _fields(entry, state) | {
        "seconds": round(now - entry.since, 3),
        "fillings": state.fillings,
        "order": state.order,
        "opinion": state.opinion,
        "known": state.known,
        "frames": [_shown(frame) for frame in state.frames],
        "depths": [[round(z * larger, 2) for z in near] for near in state.depths],
    }
