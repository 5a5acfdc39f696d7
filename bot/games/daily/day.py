"""One day of the daily word in one server: its log, its messages, its sheets, its album.

An event is stored before anything comes of it. A bot that is killed finds the day where people saw
it stop; whatever it does a second time then, it does to the same message and the same album.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from itertools import repeat
from typing import Any

from bot.drawing.engine_drawing import asked_until, follow
from bot.games.albums.album import Album, AlbumPage, AlbumStore
from bot.games.albums.album_view import AlbumCards
from bot.games.daily import day_view
from bot.games.table.game_runner import Place
from bot.games.table.posts import Posts
from bot.games.table.services import GameServices
from bot.games.table.sketches import Sketch, Sketches
from bot.kit import layout, metrics
from bot.kit.live_message import TROUBLE, MessageView, still
from bot.kit.newest import Newest
from bot.kit.task_set import TaskSet
from bot.pad import Sheet, Work
from bot.store import server_settings, streaks
from bot.texts import Texts
from engine.canvas.drawing import Drawing
from engine.client import EngineError
from engine.paint.spec import DrawingSpec
from engine.serve import api
from games import core
from games.core import Effect, Effects, Event, Play
from games.daily.daily import (
    DAILY,
    MIDNIGHT,
    BotDrew,
    Counted,
    Drew,
    Entry,
    OwnDrawingRequested,
    Phase,
    State,
    Stop,
    Withdraw,
    WordGiven,
)
from games.table.table import Refused, TimerFired

log = logging.getLogger(__name__)

LINES = 50.0
"""How long somebody's lines may be in all, in widths of the sheet."""

WORD, ALBUM, IDLE = "word", "album", "idle"
"""Its posts."""

_DRAWS_WITHIN = 3600.0  # seconds for the bot's own drawing
_LAST_TRY = 30.0  # seconds for it once the day is over
_AGAIN = 30.0  # seconds until what could not be posted is tried again
_STATES_APART = 1.0  # seconds between states of a sheet that are kept


class Day:
    """A day that has begun; `recall` reads it. lost: called when nothing can be posted any more."""

    def __init__(
        self, services: GameServices, place: Place, *, id_: int, seed: str, lost: Callable[[], None]
    ) -> None:
        self.services = services
        self.place = place
        self.id = id_
        self.texts = Texts(place.language)
        self.play: Play[State] = Play(DAILY, seed, DAILY.initial)
        self.posts = Posts(services.client, services.store, id_, place.channel, lost, _nobody)
        self.sketches = Sketches(services.store, services.renderer, id_)
        self._turn = asyncio.Lock()
        self._doing = TaskSet()
        self._tasks = TaskSet()
        self._news: Newest[int, Work] = Newest(self._keep, _STATES_APART, self._spawn)

    @property
    def state(self) -> State:
        return self.play.state

    @property
    def guild(self) -> int:
        return self.place.guild or 0

    # -- events

    async def do(self, event: Event) -> Effects:
        """Apply an event, store it, and then act on it; all its effects. One that changes nothing
        is not stored. Raises sqlite3.Error when it cannot be stored: then nothing has happened."""
        return await asyncio.shield(self._doing.start(self._do(event)))

    async def _do(self, event: Event) -> Effects:
        async with self._turn:
            play, effects = self.play.step(event, self.services.now())
            if play.state != self.play.state:
                line = core.encode(DAILY, core.Entry(play.now, event))
                await self.services.store.append(self.id, self.play.count, play.now, line)
                self.play = play
        for effect in effects:
            self._act(effect)
        return effects

    def _act(self, effect: Effect) -> None:
        match effect:
            case WordGiven():
                self._spawn(self._announce())
            case Counted():
                self.posts.show(WORD, self._word)
            case OwnDrawingRequested():
                self._spawn(self._draw(_DRAWS_WITHIN))
            case _:
                pass

    async def recall(self) -> None:
        """Go on where the log ends. Raises games.core.UnreadableLog."""
        await self.posts.load()
        for line in await self.services.store.events(self.id):
            entry = core.decode(DAILY, line)
            self.play, _ = self.play.step(entry.event, entry.at)
        if self.state.phase is Phase.DRAWING:
            self._spawn(self._announce())
            for effect in self.play.owed:
                self._act(effect)

    async def close(self) -> None:
        """The bot stops, or the day is over: leave everything as it is."""
        await self._tasks.end()
        await self._doing.wait()
        self.posts.close()

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        async def run() -> None:
            try:
                await work
            except Exception:
                log.exception("a day's task failed", extra={"game": self.id})
                metrics.ERRORS.inc()

        self._tasks.start(run())

    # -- the word, and the bot's own drawing

    async def _word(self) -> MessageView:
        return day_view.word(self.texts, self.state)

    async def _announce(self) -> None:
        while self.state.phase is Phase.DRAWING:
            try:
                await self.posts.edit(WORD, await self._word())
            except TROUBLE as error:
                log.warning("a word is not shown", extra={"reason": str(error), "game": self.id})
                await asyncio.sleep(_AGAIN)
            else:
                return

    async def _draw(self, seconds: float) -> None:
        """Draw the word; within `seconds`, or not at all."""
        clock, number = self.services.clock, self.state.number
        there = await self.sketches.last_state(number)
        reference = there[0] if there else None
        if reference is None:
            drawing = await asked_until(self._drawing, clock, clock() + seconds)
            if drawing is not None:
                reference = await self.sketches.add_state(number, drawing, 1.0)
        if reference is not None:
            await self.do(BotDrew(reference))

    async def _drawing(self) -> Drawing:
        services = self.services
        server = await server_settings.of(services.store, self.place.guild)
        spec = DrawingSpec(
            prompt=self.state.word.concept,
            strokes=server.strokes,
            steps=services.steps,
            ink=server.ink,
            seed=secrets.randbelow(2**32),
        )
        events = follow(
            services.engine, spec, name=f"daily-{self.id}", client=f"discord-game:{self.id}"
        )
        async with aclosing(events):
            async for event in events:
                if isinstance(event, api.Finished):
                    return event.drawing
        raise EngineError("a drawing came to no end")

    # -- people

    async def before(self, person: int) -> int:
        """How many words in a row somebody had drawn until the word before this one."""
        streak = await streaks.streak(self.services.store, self.guild, person)
        return streak.days if streak and streak.last == self.state.number - 1 else 0

    async def open_sheet(self, person: int, language: str) -> str | None:
        """A link to somebody's sheet, in their language; None where the pad has no address."""
        sheet = Sheet(
            id=streaks.sheet_id(self.id, person),
            person=person,
            title=self.state.word.text,
            ink=LINES,
            ends_at=self.state.ends,
            language=language,
        )
        return await self.services.pad.open(sheet)

    def drawn(self, person: int, work: Work) -> None:
        """Somebody drew on their sheet."""
        self._news.put(person, work)

    async def _keep(self, person: int, work: Work) -> None:
        if not work.drawing.strokes:
            await self.do(Withdraw(str(person)))
        else:
            await self.take(person, work.drawing, work.fills)

    async def take(self, person: int, sketch: Sketch, fills: tuple[int, ...] = ()) -> bool:
        """Keep what somebody has drawn so far, in place of what they drew before. Returns whether
        the day is still on."""
        if self.state.phase is not Phase.DRAWING:
            return False
        reference = await self.sketches.put(self.state.number, person, sketch, fills)
        event = Drew(str(person), reference, await self.before(person))
        return not any(isinstance(one, Refused) for one in await self.do(event))

    async def withdraw(self, person: int) -> None:
        """Leave somebody out, and let go of what they drew."""
        self._news.drop(person)
        await self.services.pad.close(streaks.sheet_id(self.id, person))
        await self.do(Withdraw(str(person)))
        await self.sketches.drop(self.state.number, person)

    # -- the end

    async def finish(self) -> int:
        """Take the sheets in, show the album, and count the streaks. Returns for how many days
        nobody has drawn."""
        services = self.services
        if self.state.phase is Phase.DRAWING:
            for sheet, person in await streaks.sheets(services.store, self.id):
                await services.pad.close(sheet)
                self._news.drop(person)
                await self._keep(person, await services.pad.work(sheet))
            if not self.state.own:
                await self._draw(_LAST_TRY)
            await self.do(TimerFired(MIDNIGHT))
        await self._close_word()
        state = self.state
        if state.entries:
            await self._show(ALBUM, await self._card(await self._album(state)))
        drew = [(int(one.player), one.days) for one in state.entries]
        return await streaks.end(
            services.store, self.id, guild=self.guild, number=state.number, drew=drew
        )

    async def _close_word(self) -> None:
        state = self.state
        own = await self.sketches.png(state.own) if state.own and not state.entries else None
        await self.posts.finish(WORD, still(day_view.over(self.texts, state, own)))

    async def _album(self, state: State) -> Album:
        shelf = AlbumStore(self.services.store)
        there = await shelf.of_game(self.id)
        if there is not None:
            return there
        server = await server_settings.of(self.services.store, self.place.guild)
        leaves = [AlbumPage(0, state.word.text)]
        if state.own:
            leaves.append(AlbumPage(0, await self.sketches.sketch(state.own)))
        leaves += [await self._leaf(one) for one in state.entries]
        return await shelf.put(
            game=self.id,
            guild=self.place.guild,
            channel=self.place.channel,
            host=0,
            days=server.retention_days or self.services.keep_days,
            books=(tuple(leaves),),
            drifts=(None,),
            drawings=True,
            daily=state.number,
        )

    async def _leaf(self, entry: Entry) -> AlbumPage:
        sketch = await self.sketches.sketch(entry.drawing)
        return AlbumPage(int(entry.player), sketch, entry.days)

    async def _card(self, kept: Album) -> MessageView:
        services = self.services
        cards = AlbumCards(services.renderer, services.names, services.pad.address)
        return await cards.card(self.texts, kept)

    async def _show(self, key: str, page: MessageView) -> None:
        """Show a last page; again and again, while the channel is there."""
        for pause in repeat(_AGAIN):
            if self.state.phase is not Phase.ALBUM or await self.posts.finish(key, still(page)):
                return
            await asyncio.sleep(pause)

    async def say_idle(self) -> None:
        """Tell that words stop, as nobody draws them."""
        page = layout.notice(self.texts("daily.idle"))
        await self.posts.finish(IDLE, still(page))

    async def stop(self) -> None:
        """No more of it: no album, and nothing is kept of the drawings."""
        await self._tasks.end()
        for sheet, _ in await streaks.sheets(self.services.store, self.id):
            await self.services.pad.close(sheet)
        await self.do(Stop())
        await streaks.close(self.services.store, self.id)

    async def say_stopped(self) -> None:
        """Show below the word that there will be no album of it."""
        if self.posts.sent(WORD):
            await self.posts.finish(WORD, still(day_view.stopped(self.texts, self.state)))


async def _nobody() -> bool:
    return False
