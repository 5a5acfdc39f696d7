"""One request, from the queue to the finished drawing, as a message that comes alive."""

from __future__ import annotations

import asyncio
import logging
import math
from contextlib import aclosing
from enum import Enum
from typing import Protocol

from bot.drawing import view
from bot.drawing.engine_drawing import follow
from bot.drawing.frames import coloured_in
from bot.drawing.request import Request
from bot.drawing.stored_drawings import DrawingState, StoredDrawings
from bot.kit import layout, metrics, permissions
from bot.kit.live_message import STRAGGLE, Editable, LiveMessage, MessageView, outlast
from bot.kit.untrusted import shown
from bot.services import Services
from bot.texts import Texts
from engine.canvas.drawing import Drawing
from engine.client import EngineAway, EngineBusy, EngineError, EngineRefused
from engine.paint.options import Ink
from engine.serve import api

log = logging.getLogger(__name__)

ENGINE_MAY_START = 180.0  # seconds that a job waits for an engine that is away
QUEUE_MAY_BE_FULL = 120.0  # seconds that a job waits for a place in the engine's queue
GUESS_WITHIN = 10.0  # seconds
_LOOK_AT_CLOCK = 1.0  # seconds, so that a clock that jumps is noticed
_PREVIEWS = 50  # asked of the engine, at most; the GIF is made of them
_EVERY = 2  # steps between previews, where the engine decides how many steps there are


class JobEnding(Enum):
    """How a job ended."""

    FINISHED = "finished"
    STOPPED = "stopped"  # by someone
    OUT_OF_TIME = "out_of_time"  # Discord's 15 minutes, where the bot may not go on by itself
    FAILED = "failed"
    GONE = "gone"  # nobody can see the message any more
    RESTART = "restart"  # the bot stops; the job goes on when it is back


_KEPT_AS: dict[JobEnding, DrawingState] = {
    JobEnding.FINISHED: "finished",
    JobEnding.STOPPED: "stopped",
    JobEnding.OUT_OF_TIME: "stopped",
    JobEnding.RESTART: "stopped",  # where it cannot go on: the message is out of reach by then
    JobEnding.FAILED: "failed",
    JobEnding.GONE: "gone",
}


class Spot(Editable, Protocol):
    """A place for the message, with the time by which the last edit must be out, if any, and the
    permissions (bot/kit/permissions.py) without which the bot may not go on after it."""

    ends_at: float | None
    lacks: tuple[str, ...]


class DrawingJob:
    """Draws one request. `run` returns when its message shows how it ended.

    steps: of descent; 0 leaves their number to the engine. start: strokes to begin with. done:
    steps done already, before a restart of the bot. blocked: words that the bot does not say there.
    taken_up: its message was another process's before.
    """

    def __init__(
        self,
        services: Services,
        spot: Spot,
        request: Request,
        *,
        drawing_id: int,
        person: int,
        steps: int,
        texts: Texts,
        blocked: tuple[str, ...] = (),
        start: Drawing | None = None,
        done: int = 0,
        taken_up: bool = False,
    ) -> None:
        self.request = request
        self.person = person
        self.drawing_id = drawing_id
        self.position: int | None = None  # in the engine's queue, 1 is the next; None outside it
        self._services = services
        self._drawings = StoredDrawings(services.store)
        self._spot = spot
        self._steps = steps  # 0 until the engine has said how many there are
        self._ink: Ink | None = request.ink  # None until the engine has said which
        self._texts = texts
        self._blocked = blocked
        self._live = LiveMessage(spot)
        if request.film:  # of one that was lost, the last frame is no use
            start, done, self._steps = None, 0, 0
        self._start = start
        self._done = done
        self._states: list[Drawing] = [start] if start and done else []
        self._frames: list[Drawing] = []  # of a film that is made
        self._depths: list[list[float]] | None = None  # of strokes in three dimensions
        self._score: float | None = None
        self._opinion: float | None = None  # the share of judges that see what was asked for
        self._known = True
        self._ending: asyncio.Future[JobEnding] = asyncio.get_running_loop().create_future()
        self._stopped_by = 0
        self._reason = ""
        self._previewed = False
        self._concluded = False
        self._began = services.clock()
        loop = asyncio.get_running_loop()
        self._quiet_at = loop.time() + STRAGGLE if taken_up else -math.inf

    @property
    def share(self) -> float:
        """How much of the work is done, in [0, 1]."""
        return self._done / self._steps if self._steps else 0.0

    def stop(self, person: int) -> None:
        """End it as it is."""
        self._stopped_by = person
        self.end(JobEnding.STOPPED)

    def end(self, ending: JobEnding) -> None:
        """End it for an outside reason; the first one counts."""
        if not self._ending.done():
            self._ending.set_result(ending)

    async def run(self) -> JobEnding:
        painting = asyncio.create_task(self._paint())
        gone = asyncio.create_task(self._live.gone.wait())
        waiting = {painting, gone, self._ending}
        try:
            while not any(task.done() for task in waiting) and self._time_left() > 0:
                left = min(self._time_left(), _LOOK_AT_CLOCK)
                await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            ending = self._how(painting)
        finally:
            for task in (painting, gone):
                task.cancel()
            await asyncio.gather(painting, gone, return_exceptions=True)
        await self._conclude(ending)
        return ending

    def _how(self, painting: asyncio.Task[JobEnding]) -> JobEnding:
        if self._ending.done():
            return self._ending.result()
        if self._live.gone.is_set():
            return JobEnding.GONE
        if not painting.done():
            return JobEnding.OUT_OF_TIME
        error = painting.exception()
        if error is None:
            return painting.result()
        log.error("a drawing failed", exc_info=error, extra={"drawing": self.drawing_id})
        metrics.ERRORS.inc()
        self._reason = self._texts("errors.unexpected")
        return JobEnding.FAILED

    def _time_left(self) -> float:
        """Seconds until the last edit must be out."""
        ends_at = self._spot.ends_at
        return math.inf if ends_at is None else max(0.0, ends_at - self._services.clock())

    # -- with the engine

    async def _paint(self) -> JobEnding:
        """Ask the engine until there is a drawing; once more, from the last state, if it dies."""
        start, failures = self._start, 0
        trouble_since: float | None = None
        while True:
            try:
                return await self._follow(start)
            except EngineRefused as refused:
                self._reason = self._texts("draw.failed_wish", reason=shown(str(refused)))
                return JobEnding.FAILED
            except EngineBusy as busy:
                now = self._services.clock()
                trouble_since = now if trouble_since is None else trouble_since
                if now - trouble_since + busy.retry_after > QUEUE_MAY_BE_FULL:
                    self._reason = self._texts("draw.failed_full")
                    return JobEnding.FAILED
                self._say(self._texts("draw.full", n=round(busy.retry_after)))
                await asyncio.sleep(busy.retry_after)
            except EngineError as error:
                self._note(error)
                now = self._services.clock()
                trouble_since = now if trouble_since is None else trouble_since
                # An engine that is still starting costs nothing; a drawing lost costs the retry.
                failures += bool(self._states) or not isinstance(error, EngineAway)
                if failures > 1 or now - trouble_since > ENGINE_MAY_START:
                    self._reason = self._failure()
                    return JobEnding.FAILED
                self._say(self._texts("draw.again_from" if self._states else "draw.waiting_engine"))
                if self._states and not self.request.film:
                    start = self._states[-1]
                if not await self._engine_is_back():
                    self._reason = self._failure()
                    return JobEnding.FAILED

    def _note(self, error: EngineError) -> None:
        extra = {"drawing": self.drawing_id, "reason": str(error), "step": self._done}
        log.warning("the engine failed a drawing", extra=extra)

    def _failure(self) -> str:
        if self._states:
            return self._texts("draw.failed_part", percent=layout.percent(self.share))
        return self._texts("draw.failed")

    async def _engine_is_back(self) -> bool:
        until = self._services.clock() + ENGINE_MAY_START
        while self._services.clock() < until:
            await asyncio.sleep(0.5)
            if await self._services.engine.ready():
                return True
        return False

    async def _follow(self, start: Drawing | None) -> JobEnding:
        """One attempt. Raises EngineError."""
        if self.request.film:
            self._done = self._steps = 0
        before = self._done
        left = max(1, self._steps - before) if self._steps else None
        events = follow(
            self._services.engine,
            self.request.drawing_spec(left),
            name=str(self.drawing_id),
            client=f"discord:{self.person}",
            deadline=max(1.0, min(api.DEFAULT_DEADLINE, self._time_left())),
            every=max(1, left // _PREVIEWS) if left else _EVERY,
            start=start,
            target=self.request.target,
            picture=self.request.picture,
            style_of=self.request.style_of,
            patches=self.request.patches,
        )
        async with aclosing(events):
            async for event in events:
                match event:
                    case api.Queued(position=position):
                        self.position = position
                        key = "draw.next" if position == 1 else "draw.queued"
                        self._say(self._texts(key, n=position))
                    case api.Started():
                        self.position = None
                        self._say(self._texts("draw.started"))
                    case api.Progress():
                        self._advance(event, before)
                        self._live.show(self._preview)
                    case api.Finished():
                        self._advance(event, before)
                        if event.step == event.steps:  # maybe fewer than it was given
                            self._done = self._steps
        return JobEnding.FINISHED

    def _advance(self, state: api.Progress | api.Finished, before: int) -> None:
        if isinstance(state, api.Finished):
            self._states += coloured_in(state.drawing, state.fillings)
            self._opinion, self._known = state.opinion, state.known
            self._frames = state.frames
            self._depths = state.depths or None
        self._states.append(state.drawing)
        self._steps = self._steps or before + state.steps
        self._ink = state.ink or self._ink
        self._done = before + state.step
        self._score = state.score

    # -- with the message

    def _say(self, status: str) -> None:
        """Show words, and the last state if there is one."""

        async def page() -> MessageView:
            return self._page(status, await self._picture())

        self._live.show(page)

    async def _preview(self) -> MessageView:
        drawing, done, score = self._states[-1], self._done, self._score
        png = await self._services.renderer.png(drawing)
        if not self._concluded:  # the picture took longer than the rest of the drawing
            await self._drawings.update(
                self.drawing_id,
                state="running",
                step=done,
                steps=self._steps,
                score=score,
                drawing=drawing,
            )
        if not self._previewed:
            self._previewed = True
            metrics.FIRST_PREVIEW_SECONDS.observe(self._services.clock() - self._began)
        share = done / max(1, self._steps)
        bar = self._texts("draw.progress", bar=layout.bar(share), percent=layout.percent(share))
        return self._page(bar, ("drawing.png", png))

    async def _picture(self) -> layout.Picture | None:
        if not self._states:
            return None
        return "drawing.png", await self._services.renderer.png(self._states[-1])

    def _page(
        self, status: str, picture: layout.Picture | None, *, over: bool = False
    ) -> MessageView:
        texts = self._texts
        has_strokes, ink = bool(picture), self._ink
        last = self._states[-1] if self._states else None
        count = last and len((last.plain or last).strokes)
        drawn = count if has_strokes and (over or count == 0) else None
        buttons = (
            view.finished_buttons(
                texts, self.drawing_id, self.request, has_strokes=has_strokes, ink=ink, drawn=drawn
            )
            if over
            else view.running_buttons(texts, self.drawing_id)
        )
        return view.drawing(
            texts,
            self.request,
            person=self.person,
            status=status,
            colour=layout.BUSY if not over else layout.DONE if picture else layout.TROUBLED,
            picture=picture,
            buttons=buttons,
            ink=ink,
            drawn=drawn,
        )

    # -- the end

    async def _conclude(self, ending: JobEnding) -> None:
        seconds = self._services.clock() - self._began
        metrics.DRAWINGS.labels(ending.value).inc()
        extra = {"drawing": self.drawing_id, "ending": ending.value, "seconds": round(seconds, 1)}
        log.info("a drawing is over", extra=extra)
        if ending is JobEnding.GONE:
            self._live.close()
            await self._drawings.forget(self.drawing_id)
            return
        if ending is JobEnding.RESTART and self._spot.ends_at is None:
            await self._keep("running")
            await self._live.finish(self._restart_page)
            return
        metrics.DRAWING_SECONDS.observe(seconds)
        sees: view.Sees = ()
        if self._states and ending in (JobEnding.FINISHED, JobEnding.STOPPED):
            self._say(self._texts("draw.finishing"))
            sees = await self._guess(self._states[-1])
        text = "\n".join(self._last_words(ending, sees)) or self._texts("draw.done")
        await self._keep(_KEPT_AS[ending], sees, text)
        await self.show_ending(text)

    async def show_ending(self, text: str) -> bool:
        """Let the message show how it ended, which is stored. Returns whether there is no more to
        do: it is visible, or the message is gone."""

        async def page() -> MessageView:
            return await self._last_page(text)

        if await self._live.finish(page):
            if asyncio.get_running_loop().time() < self._quiet_at:
                await outlast(self._spot, page, self._quiet_at)
            await self._drawings.update(self.drawing_id, unshown="")
        elif self._live.gone.is_set():  # it ended before anybody noticed
            await self._drawings.forget(self.drawing_id)
        else:
            log.warning("the end of a drawing is not shown", extra={"drawing": self.drawing_id})
            return False
        return True

    async def _keep(self, state: DrawingState, sees: view.Sees = (), unshown: str = "") -> None:
        self._concluded = True
        await self._drawings.update(
            self.drawing_id,
            state=state,
            step=self._done,
            steps=self._steps,
            score=self._score,
            drawing=self._states[-1] if self._states else None,
            sees=sees,
            unshown=unshown,
            depths=self._depths,
        )

    async def _guess(self, drawing: Drawing) -> view.Sees:
        try:
            async with asyncio.timeout(GUESS_WITHIN):
                guesses = await self._services.engine.guess(drawing)
        except (EngineError, TimeoutError) as error:
            log.warning("no guess", extra={"drawing": self.drawing_id, "reason": str(error)})
            return ()
        sees = [(guess.word, guess.p) for guess in guesses]
        return view.welcome(self._texts, sees, self._blocked)

    def _why_no_longer(self) -> str:
        texts, spot = self._texts, self._spot
        if spot.ends_at is None:
            return texts("draw.too_late")
        if not spot.lacks:
            return texts("draw.out_of_time_stranger")
        return texts("draw.out_of_time", permissions=permissions.listed(texts, spot.lacks))

    async def _restart_page(self) -> MessageView:
        key = "draw.restart" if self._states else "draw.restart_early"
        return self._page(self._texts(key), await self._picture())

    def _last_words(self, ending: JobEnding, sees: view.Sees) -> list[str]:
        texts, percent = self._texts, layout.percent(self.share)
        lines: list[str] = []
        match ending:
            case JobEnding.STOPPED:
                key = "draw.stopped" if self._states else "draw.stopped_early"
                lines.append(texts(key, person=self._stopped_by, percent=percent))
            case JobEnding.OUT_OF_TIME:
                lines.append(self._why_no_longer())
                lines.append(texts("draw.this_far", percent=percent))
            case JobEnding.RESTART:
                lines.append(texts("draw.restart_end"))
                lines.append(texts("draw.this_far", percent=percent))
            case JobEnding.FAILED:
                lines.append(self._reason)
            case _ if self._done < self._steps:
                lines.append(texts("draw.deadline", percent=percent))
        of_words = self._states and not self.request.of_picture
        if of_words and not self._known:
            lines.append(texts("draw.unknown", prompt=shown(self.request.called, 100)))
        elif of_words and self._opinion is not None:
            lines.append(view.opinion(texts, self.request.called, self._opinion))
        elif sees:
            lines.append(view.what_it_sees(texts, sees))
        return lines

    async def _last_page(self, text: str) -> MessageView:
        picture: layout.Picture | None = None
        if self._states:
            try:
                renderer = self._services.renderer
                making = renderer.film(self._frames) if self._frames else renderer.gif(self._states)
                picture = "drawing.gif", await making
            except ValueError:
                picture = await self._picture()
                text += "\n" + self._texts("draw.too_large")
        return self._page(text, picture, over=True)
