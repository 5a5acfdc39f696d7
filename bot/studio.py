"""Where drawings are made: takes orders within the limits, keeps track of those under way."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import discord

from bot import cards, metrics, settings
from bot.config import Config
from bot.hostile import Refused
from bot.limits import InFlight
from bot.order import Order, varied
from bot.reply import Posted, Reply
from bot.session import Ending, Session, Spot, Tools
from bot.settings import ServerSettings
from bot.store import StoredDrawing
from bot.texts import Texts
from engine.canvas.drawing import Drawing

log = logging.getLogger(__name__)

RESUMED_WITHIN = 3600.0  # seconds after the order; older ones are told that they ended


class Studio:
    """All drawings under way. `clock` is in seconds, from anywhere."""

    def __init__(self, tools: Tools, config: Config, clock: Callable[[], float]) -> None:
        self.tools = tools
        self.limits = InFlight()
        self._config = config
        self._clock = clock
        self._sessions: dict[int, Session] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def begin(self, interaction: discord.Interaction[Any], order: Order) -> None:
        """Answer, or fill the answer that was deferred, with a message in which the order is drawn.

        Raises Refused.
        """
        began = self._clock()
        person = interaction.user.id
        server, texts, place = await self.admit(interaction, order)
        start = await self._start_of(order)
        place.__enter__()
        try:
            drawing_id = await self.tools.store.add_drawing(
                order,
                person=person,
                guild=interaction.guild_id,
                channel=interaction.channel_id or 0,
                language=texts.language,
                steps=self._config.steps or 0,
            )
            message = await self._answer(interaction, texts, order, drawing_id)
            metrics.ANSWER_SECONDS.observe(self._clock() - began)
        except BaseException:
            place.__exit__(None, None, None)
            raise
        self._run(
            Session(
                self.tools,
                Reply(interaction, message, self._clock),
                order,
                drawing_id=drawing_id,
                person=person,
                steps=self._config.steps or 0,
                texts=texts,
                blocked=server.blocked,
                start=start,
            ),
            place,
        )

    async def admit(
        self, interaction: discord.Interaction[Any], order: Order
    ) -> tuple[ServerSettings, Texts, AbstractContextManager[None]]:
        """The server's settings, texts for all who read, and a place among what is under way, which
        is taken by entering it. Raises Refused, as entering does."""
        if self._closing or interaction.channel_id is None:
            raise Refused("errors.closing")
        person, guild = interaction.user.id, interaction.guild_id
        server = await settings.of(self.tools.store, guild)
        server.require_channel(interaction)
        server.require_clean(order.prompt, order.style, order.avoid)
        per_person, per_server = server.most_in_flight(self._config)
        place = self.limits.place(person, guild, per_person=per_person, per_server=per_server)
        return server, server.texts(interaction), place

    async def _start_of(self, order: Order) -> Drawing | None:
        """The strokes that a variation, or a sketch that was picked, begins with. Raises Refused
        if they are gone."""
        if order.sketch_of is not None:
            id_, number = order.sketch_of
            sheet = await self.tools.store.drawing(id_)
            if sheet is None or not 1 <= number <= len(sheet.sketches):
                raise Refused("refused.gone")
            return sheet.sketches[number - 1]
        if order.vary_of is None:
            return None
        source = await self.tools.store.drawing(order.vary_of)
        if source is None or source.drawing is None:
            raise Refused("refused.gone")
        return varied(source.drawing, order.seed)

    async def _answer(
        self, interaction: discord.Interaction[Any], texts: Texts, order: Order, drawing_id: int
    ) -> int:
        """The first page, and the id of the message that it is on."""
        page = cards.drawing(
            texts,
            order,
            person=interaction.user.id,
            status=texts("draw.accepted"),
            colour=cards.BUSY,
            buttons=cards.running_buttons(texts, drawing_id),
        )
        try:
            if interaction.response.is_done():
                message = (await interaction.edit_original_response(view=page.view)).id
            else:
                message = (await interaction.response.send_message(view=page.view)).message_id
        except discord.HTTPException:
            await self.tools.store.update_drawing(drawing_id, state="failed")
            raise
        if message is None:
            raise RuntimeError("Discord did not say which message the answer is")
        await self.tools.store.update_drawing(drawing_id, message=message)
        return message

    def _run(self, session: Session, place: AbstractContextManager[None] | None = None) -> None:
        self._sessions[session.drawing_id] = session
        metrics.IN_FLIGHT.inc()

        async def run() -> None:
            try:
                await session.run()
            except Exception:
                log.exception("a session broke", extra={"drawing": session.drawing_id})
                metrics.ERRORS.inc()
            finally:
                metrics.IN_FLIGHT.dec()
                self._sessions.pop(session.drawing_id, None)
                if place is not None:
                    place.__exit__(None, None, None)

        task = asyncio.create_task(run(), name=f"drawing {session.drawing_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def session(self, drawing_id: int) -> Session | None:
        """The session of a drawing that is under way."""
        return self._sessions.get(drawing_id)

    def of(self, person: int) -> list[Session]:
        """What a person has under way, oldest first."""
        return [session for session in self._sessions.values() if session.person == person]

    async def stop_all(self, person: int) -> None:
        """End what a person has under way, and wait until it has ended."""
        for session in self.of(person):
            session.stop(person)
        while any(session.person == person for session in self._sessions.values()):
            names = {f"drawing {session.drawing_id}" for session in self.of(person)}
            await asyncio.wait({task for task in self._tasks if task.get_name() in names})

    # -- across restarts

    async def resume(self, client: discord.Client) -> None:
        """Go on with what was under way when the bot ended, or say that it will not be."""
        for stored in await self.tools.store.unfinished():
            if stored.message is None:
                await self.tools.store.update_drawing(stored.id, state="failed")
                continue
            spot = Posted(client, stored.channel, stored.message)
            server = await settings.of(self.tools.store, stored.guild)
            start = stored.drawing
            if start is None:  # nothing of it had been seen
                with contextlib.suppress(Refused):
                    start = await self._start_of(stored.order)
            session = self._again(stored, spot, server.blocked, start)
            log.info("a drawing goes on", extra={"drawing": stored.id, "step": stored.step})
            self._run(session)
            if time.time() - stored.made > RESUMED_WITHIN:
                session.end(Ending.OUT_OF_TIME)

    def _again(
        self,
        stored: StoredDrawing,
        spot: Spot,
        blocked: tuple[str, ...],
        start: Drawing | None,
    ) -> Session:
        return Session(
            self.tools,
            spot,
            stored.order,
            drawing_id=stored.id,
            person=stored.person,
            steps=stored.steps,
            texts=Texts(stored.language),
            blocked=blocked,
            start=start,
            done=stored.step if stored.drawing else 0,
        )

    async def close(self) -> None:
        """Tell everyone who waits, store how far it got, and end."""
        self._closing = True
        for session in list(self._sessions.values()):
            session.end(Ending.RESTART)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=10.0)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
