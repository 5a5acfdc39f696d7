"""Drawings under way: accepts requests within the limits, and keeps track of their jobs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from contextlib import AbstractContextManager

import discord

from bot.config import Config
from bot.drawing import view
from bot.drawing.asking import Answer, Asking, Keep, replying
from bot.drawing.job import DrawingJob, JobEnding, Spot
from bot.drawing.limits import InFlight
from bot.drawing.request import Request, varied
from bot.drawing.stored_drawings import StoredDrawing, StoredDrawings
from bot.kit import layout, metrics
from bot.kit.errors import UserError
from bot.kit.reply import Posted
from bot.kit.task_set import TaskSet
from bot.services import Services
from bot.store import promises, server_settings
from bot.store.server_settings import ServerSettings
from bot.texts import Texts
from engine.canvas.drawing import Drawing

log = logging.getLogger(__name__)

RESUMED_WITHIN = 3600.0  # seconds after the request; older ones are told that they ended


class DrawingsInProgress:
    """All drawings under way."""

    def __init__(self, services: Services, config: Config) -> None:
        self.services = services
        self.limits = InFlight()
        self._config = config
        self._clock = services.clock
        self._drawings = StoredDrawings(services.store)
        self._jobs: dict[int, DrawingJob] = {}
        self._tasks = TaskSet()
        self._closing = False

    async def begin(self, asking: Asking, request: Request) -> None:
        """Draw a request in a message that answers whoever asked. Raises UserError."""
        began = self._clock()
        server, texts, place = await self.admit(asking, request)
        start = await self._start_of(request)
        place.__enter__()
        try:
            drawing_id = await self._drawings.add(
                request,
                person=asking.person,
                guild=asking.guild_id,
                channel=asking.channel_id or 0,
                language=texts.language,
                steps=self._config.steps or 0,
                replies_to=asking.replies_to,
            )
            answer = await self._answer(asking, texts, request, drawing_id)
            metrics.ANSWER_SECONDS.observe(self._clock() - began)
        except BaseException:
            place.__exit__(None, None, None)
            raise
        self._run(
            DrawingJob(
                self.services,
                answer.spot,
                request,
                drawing_id=drawing_id,
                person=asking.person,
                steps=self._config.steps or 0,
                texts=texts,
                blocked=server.blocked,
                start=start,
            ),
            place,
            promise=answer.promise,
        )
        await answer.settle()

    async def admit(
        self, asking: Asking, request: Request
    ) -> tuple[ServerSettings, Texts, AbstractContextManager[None]]:
        """The server's settings, texts for all who read, and a place among what is under way, which
        is taken by entering it. Raises UserError, as entering does."""
        if self._closing or asking.channel_id is None:
            raise UserError("errors.closing")
        person, guild = asking.person, asking.guild_id
        server = await server_settings.of(self.services.store, guild)
        server.require_channel(asking)
        texts = asking.texts(server)
        asking.require_posting(texts)
        said = (request.prompt, *request.more, request.title)
        server.require_clean(texts, *said, request.style, request.avoid)
        per_person, per_server = server.most_in_flight(self._config)
        place = self.limits.place(person, guild, per_person=per_person, per_server=per_server)
        return server, texts, place

    async def _start_of(self, request: Request) -> Drawing | None:
        """The strokes that a variation, or a sketch that was picked, begins with. Raises UserError
        if they are gone."""
        if request.sketch_of is not None:
            id_, number = request.sketch_of
            sheet = await self._drawings.find(id_)
            if sheet is None or not 1 <= number <= len(sheet.sketches):
                raise UserError("refused.gone")
            return sheet.sketches[number - 1]
        if request.start is not None:
            return Drawing.from_json(request.start)
        if request.vary_of is None:
            return None
        source = await self._drawings.find(request.vary_of)
        if source is None or source.drawing is None:
            raise UserError("refused.gone")
        return varied(source.drawing, request.seed)

    async def _answer(
        self, asking: Asking, texts: Texts, request: Request, drawing_id: int
    ) -> Answer:
        """Send the first page. That it was, is stored."""
        page = view.drawing(
            texts,
            request,
            person=asking.person,
            status=texts("draw.accepted"),
            colour=layout.BUSY,
            buttons=view.running_buttons(texts, drawing_id),
        )
        try:
            keep = self._keeping(drawing_id)
            return await asking.answer(page, drawing_id, texts.language, keep, self._clock)
        except discord.HTTPException:
            await self._drawings.update(drawing_id, state="failed")
            raise

    def _keeping(self, drawing_id: int) -> Keep:
        async def keep(message: int) -> None:
            await self._drawings.update(drawing_id, message=message)

        return keep

    def _run(
        self,
        job: DrawingJob,
        place: AbstractContextManager[None] | None = None,
        *,
        promise: int | None = None,
        ending: str = "",
    ) -> None:
        """Let a job go on by itself. promise: what is forgotten when it is over. ending: it is
        over, and has but to show this."""
        self._jobs[job.drawing_id] = job
        metrics.IN_FLIGHT.inc()

        async def run() -> None:
            try:
                if ending:
                    await job.show_ending(ending)
                else:
                    await job.run()
                if promise is not None:
                    await promises.forget(self.services.store, promise)
            except Exception:
                log.exception("a session broke", extra={"drawing": job.drawing_id})
                metrics.ERRORS.inc()
            finally:
                metrics.IN_FLIGHT.dec()
                self._jobs.pop(job.drawing_id, None)
                if place is not None:
                    place.__exit__(None, None, None)

        self._tasks.start(run(), f"drawing {job.drawing_id}")

    def job(self, drawing_id: int) -> DrawingJob | None:
        """The session of a drawing that is under way."""
        return self._jobs.get(drawing_id)

    def of(self, person: int) -> list[DrawingJob]:
        """What a person has under way, oldest first."""
        return [job for job in self._jobs.values() if job.person == person]

    async def stop_all(self, person: int) -> None:
        """End what a person has under way, and wait until it has ended."""
        for job in self.of(person):
            job.stop(person)
        while any(job.person == person for job in self._jobs.values()):
            names = {f"drawing {job.drawing_id}" for job in self.of(person)}
            await asyncio.wait({task for task in self._tasks if task.get_name() in names})

    # -- across restarts

    async def resume(self, client: discord.Client) -> None:
        """Go on with what was under way when the bot ended, or say that it will not be."""
        due = await promises.due(self.services.store)
        by_drawing = {one.drawing: one for one in due}
        going_on: set[int | None] = set()
        for stored in await self._drawings.unfinished():
            promise = by_drawing.get(stored.id)
            spot = self._spot(client, stored)
            if spot is None:
                await self._drawings.update(stored.id, state="failed")
                continue
            if promise is not None:
                spot = promise.spot(client)
                spot.ends_at = self._clock() + promise.ends_at - time.time()
            going_on.add(stored.id)
            server = await server_settings.of(self.services.store, stored.guild)
            start = stored.drawing
            if start is None:  # nothing of it had been seen
                with contextlib.suppress(UserError):
                    start = await self._start_of(stored.request)
            job = self._again(stored, spot, server.blocked, start)
            log.info("a drawing goes on", extra={"drawing": stored.id, "step": stored.step})
            self._run(job, promise=promise and promise.interaction, ending=stored.unshown)
            if time.time() - stored.made > RESUMED_WITHIN:
                job.end(JobEnding.OUT_OF_TIME)
        waiting = [one for one in due if one.drawing not in going_on]
        self._tasks.start(promises.answer_all(client, self.services.store, waiting), "promises")

    def _spot(self, client: discord.Client, stored: StoredDrawing) -> Spot | None:
        """Where a drawing of the process before is shown; None if nobody knows."""
        if stored.message is not None:
            return Posted(client, stored.channel, stored.message)
        if stored.replies_to is None:
            return None
        keep = self._keeping(stored.id)
        return replying(client, stored.channel, stored.replies_to, stored.id, keep, maybe_sent=True)

    def _again(
        self,
        stored: StoredDrawing,
        spot: Spot,
        blocked: tuple[str, ...],
        start: Drawing | None,
    ) -> DrawingJob:
        return DrawingJob(
            self.services,
            spot,
            stored.request,
            drawing_id=stored.id,
            person=stored.person,
            steps=stored.steps,
            texts=Texts(stored.language),
            blocked=blocked,
            start=start,
            done=stored.step if stored.drawing else 0,
            taken_up=True,
        )

    async def close(self) -> None:
        """Tell everyone who waits, store how far it got, and end."""
        self._closing = True
        for job in list(self._jobs.values()):
            job.end(JobEnding.RESTART)
        await self._tasks.wait(10.0)
        await self._tasks.end()
