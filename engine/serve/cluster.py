"""Painters on many machines, by Ray Serve: they stand in for the thread of worker.py.

The queue, its order and the events of drawings stay in one process, behind the same HTTP; a
replica (replica.py) has a GPU, or some CPUs, and paints what it is sent. A drawing is one
call through a Serve handle whose answer is streamed. When a replica is lost its drawings go on
elsewhere from their last checkpoint, and nobody is told.

Serve sends a call where few are under way, and tells nobody where: so to stop a drawing is said to
all replicas, as is how many of them are wanted. Iterating a streamed answer asynchronously is
documented inside deployments alone; a handle keeps its router in a thread of its own, though, and
its answers may be awaited in any event loop. This one has its own thread, because Ray's calls
sometimes block.
"""

from __future__ import annotations

# Ray is an extra of its own: not there for everyone who checks the types.
# pyright: reportMissingImports=false
import asyncio
import contextlib
import logging
import math
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, TypeVar

# Else a thread of Serve's that outlives `leave` starts another cluster, as the process ends.
os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")

import ray
from ray import serve
from ray.exceptions import RayActorError, RayError
from ray.serve.config import AutoscalingConfig, AutoscalingPolicy
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle

from engine.paint.painter import Painter
from engine.paint.painting import State
from engine.see.critic import Critic
from engine.serve.replica import Replica
from engine.serve.worker import (
    Began,
    CapacityChanged,
    Ended,
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

APPLICATION = "penguess"
CPUS = 2  # of a replica
LOSSES = 3  # replicas that one drawing may lose; then it is likely to be the reason

_LOOK_SECONDS = 1.0  # between looks at the replicas
_ANSWER_SECONDS = 5.0  # a replica that takes longer to stop a drawing is as good as lost
_CALM_SECONDS = 60.0  # fewer replicas only after so long

# What is raised while replicas are lost; with none left Serve calls its deployment unavailable,
# which passes once it has another one running.
_LOST = (RayError, RayServeException, RuntimeError, TimeoutError)


class ClusterUnavailable(OSError):
    """There is no cluster, or nothing can be run there; the message says what to do."""


def deploy(
    load: Callable[[], Painter],
    *,
    address: str | None = None,
    replicas: tuple[int, int] | None = None,
    cpus: int = CPUS,
    gpu: bool = True,
) -> DeploymentHandle:
    """Run replicas on the cluster at `address`, or on one that is started on this machine.

    load: makes the painter, in each replica. replicas: the fewest and the most; by default 1 to
    as many as the cluster now has room for. cpus: of each; beside a GPU they tell it what to do,
    and do what is done without one (pictures, sketches, tidying). gpu: each is to have one, where
    the cluster has some.
    Blocks until the first are up. Raises ClusterUnavailable.
    """
    for name in ("ray", "ray.serve"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        if address:
            ray.init(address, log_to_driver=False)
        else:
            ray.init("local", include_dashboard=False, log_to_driver=False)
    except Exception as error:  # Ray raises that itself when it does not come up in time
        where = f"at {address}" if address else "on this machine"
        raise ClusterUnavailable(
            f"Ray cannot be used {where} ({_first_line(error)}); "
            "give --address as `ray status` shows it, or none to start a cluster here"
        ) from error
    has = ray.cluster_resources()
    gpus, room = int(has.get("GPU", 0)) if gpu else 0, int(has.get("CPU", 1)) // cpus
    few, many = replicas or (1, max(1, min(gpus, room) if gpus else room))
    takes = {"num_gpus": 1, "num_cpus": cpus} if gpus else {"num_cpus": cpus}
    plain: Any = serve.deployment(Replica)
    deployment = plain.options(
        name="painter",
        ray_actor_options=takes,
        max_ongoing_requests=10_000,  # how much is painted at once the scheduler decides
        autoscaling_config=AutoscalingConfig(
            min_replicas=few,
            max_replicas=max(few, many),
            policy=AutoscalingPolicy(policy_function=scale),
            aggregation_function="max",
            look_back_period_s=_CALM_SECONDS,
        ),
        health_check_period_s=5,
        graceful_shutdown_timeout_s=20,
    )
    serve.start(proxy_location="Disabled")
    try:
        return serve.run(deployment.bind(load, cpus), name=APPLICATION, route_prefix=None)
    except RuntimeError as error:
        raise ClusterUnavailable(
            f"no painter comes up in the cluster ({_first_line(error)}); "
            "`ray logs` on its machines says why"
        ) from error


def leave() -> None:
    """Take the replicas out of the cluster; end the cluster if `deploy` has started it."""
    if ray.is_initialized():
        with contextlib.suppress(RayError):
            serve.delete(APPLICATION, _blocking=False)
        ray.shutdown()


def scale(context: Any) -> tuple[int, dict[str, Any]]:
    """Serve's autoscaling policy: as many replicas as the queue would keep busy.

    Every replica has been told how many that are; Serve keeps the largest of the last minute.
    """
    told = (context.aggregated_metrics or {}).get("wanted", {})
    return math.ceil(max(told.values(), default=context.target_num_replicas)), {}


@dataclass
class _Followed:
    """A drawing under way. key: what it is called at the replica that has it now."""

    job: Job
    key: str = ""
    here: bool = False  # a replica has begun it, and was not lost since
    begun: bool = False
    stopping: bool = False
    state: State | None = None


class Cluster:
    """Replicas as painters; see Painters. `deploy` brings them up, and may take its time."""

    def __init__(
        self, deploy: Callable[[], DeploymentHandle], report: Callable[[Report], None]
    ) -> None:
        self._deploy, self._report = deploy, report
        self._thread = threading.Thread(target=self._run, name="cluster", daemon=True)
        self._over = asyncio.Event()
        self._demand = 0.0
        self._room = 0.0  # of all replicas, as last reported
        self._share = 1.0  # of one replica
        self._drawings: dict[str, tuple[_Followed, asyncio.Task[None]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._handle: DeploymentHandle

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Leave the drawings; reports nothing more."""
        self._report = lambda _: None
        if self._loop.is_running():  # else it is being deployed, which cannot be broken off
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join(_ANSWER_SECONDS)

    def paint(self, job: Job) -> None:
        self._loop.call_soon_threadsafe(self._follow, job)

    def stop(self, id_: str) -> None:
        self._loop.call_soon_threadsafe(self._stop, id_)

    def query(self, ask: Callable[[Critic], T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(self._ask(ask), self._loop)

    def expect(self, load: float) -> None:
        self._demand = load

    def _run(self) -> None:
        try:
            self._handle = self._deploy()
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._live())
        except Exception as error:
            if not isinstance(error, ValueError | OSError):  # those say what to do
                log.exception("the cluster cannot be used")
            self._report(Unable(error))

    async def _live(self) -> None:
        while not self._over.is_set():
            await self._look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), _LOOK_SECONDS)

    async def _look(self) -> None:
        """Ask all replicas how they are, and tell them how many would be busy."""
        wanted = max(1, math.ceil(self._demand / self._share))
        try:
            answers = await self._handle.broadcast("tell", wanted).results_async(
                timeout_s=_ANSWER_SECONDS, return_exceptions=True
            )
        except _LOST as error:
            log.warning("the replicas do not answer: %s", _first_line(error))
            return
        up = [answer for answer in answers if isinstance(answer, Ready)]
        if not up:
            for answer in answers:
                if isinstance(answer, Unable):
                    raise answer.error
            return
        room = sum(answer.room for answer in up)
        self._share = room / len(up)
        if not self._room:
            self._report(Ready(up[0].model, room))
        elif abs(room - self._room) > 0.01 * self._room:
            self._report(CapacityChanged(room))
        self._room = room

    def _follow(self, job: Job) -> None:
        drawing = _Followed(job)
        task = self._spawn(self._paint(drawing))
        self._drawings[job.id] = drawing, task
        task.add_done_callback(lambda _: self._drawings.pop(job.id, None))

    async def _paint(self, drawing: _Followed) -> None:
        """Have it painted, by another replica where one is lost."""
        id_ = drawing.job.id
        for number in range(LOSSES + 1):
            drawing.key, drawing.here = f"{id_}/{number}", False
            await asyncio.sleep(max(0, 2 * (number - 1)))  # by then Serve knows who is broken
            job = replace(drawing.job, id=drawing.key)
            call: Any = self._handle.options(stream=True).paint.remote(job)
            try:
                async for report in call:
                    self._hear(drawing, report)
                    if isinstance(report, Ended):
                        return
            except asyncio.CancelledError:
                call.cancel()
                raise
            except Exception as error:  # noqa: BLE001  whatever it was, another one may do better
                log.warning("drawing %s has lost its replica: %s", id_, _first_line(error))
            if drawing.stopping:
                self._report(Ended(id_, drawing.state))
                return
        self._report(Ended(id_, drawing.state, "the replicas that painted it were lost"))

    def _hear(self, drawing: _Followed, report: Report) -> None:
        """Pass on what the caller has not heard before a replica was lost."""
        id_ = drawing.job.id
        match report:
            case Began():
                drawing.here = True
                if drawing.stopping:  # it was on its way when it was stopped
                    self._tell_stop(drawing)
                if not drawing.begun:
                    drawing.begun = True
                    self._report(Began(id_))
            case Preview(_, state):
                if drawing.state is None or state.step > drawing.state.step:
                    drawing.state = state
                    self._report(Preview(id_, state))
            case Saved(_, checkpoint):
                drawing.job = replace(drawing.job, saved=checkpoint)
            case Ended(_, state, error):
                self._report(Ended(id_, state, error))
            case Stepped():
                self._report(report)
            case _:
                pass  # what replicas tell when they are looked at

    def _stop(self, id_: str) -> None:
        if id_ in self._drawings:
            drawing, task = self._drawings[id_]
            drawing.stopping = True
            self._spawn(self._end(drawing, task))

    async def _end(self, drawing: _Followed, task: asyncio.Task[None]) -> None:
        """Wait for the replica to let it go, if one has it; else it ends as last seen."""
        if drawing.here:
            self._tell_stop(drawing)
            await asyncio.wait((task,), timeout=_ANSWER_SECONDS)
        if not task.done():
            task.cancel()
            self._report(Ended(drawing.job.id, drawing.state))

    def _tell_stop(self, drawing: _Followed) -> None:
        async def tell() -> None:
            with contextlib.suppress(*_LOST):
                await self._handle.broadcast("stop", drawing.key).results_async(
                    timeout_s=_ANSWER_SECONDS, return_exceptions=True
                )

        self._spawn(tell())

    async def _ask(self, ask: Callable[[Critic], T]) -> T:
        for _ in range(LOSSES):
            try:
                return await self._handle.ask.remote(ask)
            except (RayActorError, RayServeException) as error:
                log.warning("a question has lost its replica: %s", _first_line(error))
        return await self._handle.ask.remote(ask)

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:300]
