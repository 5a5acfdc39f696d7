"""The host of one game: keeps its log and its clock, and lets its presenter act on the effects.

Every event goes the same way, whoever it came from: it is given to the rules, stored, and only
then is anybody told (`Host.do`). So a bot that is killed at any moment finds the game as people
saw it. The clock is game time: it stands still while no bot runs, and goes on from the last stored
event; a `Tick` is stored when nothing else was for a while, so that a restart forgets little.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot import cards, metrics, permissions
from bot.forms import Filled
from bot.games.names import Names
from bot.games.posts import Posts
from bot.games.whispers import Whispers
from bot.hostile import Refused
from bot.live_message import Page
from bot.pad import Pad
from bot.renderer import Renderer
from bot.store import Store
from bot.texts import Texts
from engine.canvas.drawing import Drawing
from engine.client import EngineClient
from games import core
from games.core import Effect, Effects, Event, Play, Tick
from games.table import table

log = logging.getLogger(__name__)

TICK = 5.0  # seconds of game time without an event after which a Tick is stored, at the least
_TICKS = 200  # of what is left until the next timer, one part of so many is as good as nothing
_LOOK_AT_CLOCK = 0.25  # seconds, so that a clock that jumps is noticed
_AFTER_TROUBLE = 1.0  # seconds until a timer is tried again whose event could not be stored
_LAST_WORDS = 60.0  # seconds that messages may take after the end of a game


@dataclass(frozen=True, slots=True)
class Tools:
    """What every game works with. pad: where people draw; steps: of descent for one drawing,
    None leaves them to the engine; clock: seconds from anywhere."""

    client: discord.Client
    store: Store
    engine: EngineClient
    renderer: Renderer
    whispers: Whispers
    names: Names
    pad: Pad
    steps: int | None
    clock: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Room:
    """Where a game is played, and the language (`bot.texts`) of its messages."""

    guild: int | None
    channel: int
    language: str


@dataclass(frozen=True, slots=True)
class Result:
    """What one player takes from a finished game: a row of `results`. person: 0 is the bot."""

    person: int
    points: int
    place: int
    solved: int = 0
    drawn: int = 0
    best_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A word that was drawn: a row of `turns`. drawer: 0 is the bot; solvers of guessers, people
    all, had it; seconds: how long the turn was."""

    turn: int
    word: str
    concept: str
    drawer: int
    solvers: int
    guessers: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Records:
    """What a game leaves behind. kind: what the boards know it by, such as its mode."""

    kind: str
    results: tuple[Result, ...] = ()
    turns: tuple[TurnRecord, ...] = ()


class Presenter(ABC):
    """What a game looks like in its channel. Made by `hall.Kind.presenter(host)` before the first
    event, and again after a restart; it reads the rules' state from `host.play.state`.

    The life of one, in order:

    1. `note` for each event. After a restart first for the whole log, so all that is to be shown
       and is not in the state is kept here (and `host.play` is the game after that event).
    2. `present` for each new event, after `note`; not for the one that opened the lobby, which
       `lobby` shows. Effects for everyone change messages: `host.posts.show(key, frame)`.
       Effects for some seats are whispered (`host.whisper`), unless they answer what a person did
       just now: a press, command or modal gets the effects from `host.do` or `host.ask` and
       answers its own interaction; `table.Refused` is always answered that way, never here.
    3. `serve` for each effect for the engine, in a task of its own, which reports by `host.do`.
    4. `resume` once after a restart, when the log was read. The last event is presented again
       after it, and what the engine owes is served again.
    5. `records` when the game is over, for the boards.

    `note` and `present` do not wait for anything; whatever takes time goes into `host.spawn`.
    What people do comes in by `press`, `fill`, `answer`, `submit`, `heard` and `drawn`; those that
    have an interaction must answer it, or raise bot.hostile.Refused, which tells the person why.
    """

    def __init__(self, host: Host) -> None:
        self.host = host

    @abstractmethod
    async def lobby(self) -> Page:
        """The first page, as the answer to the command that opened the game (post `lobby`)."""

    @abstractmethod
    def note(self, event: Event, effects: Effects) -> None:
        """Keep what pages will need of an event. No message, no task, no I/O."""

    @abstractmethod
    def present(self, event: Event, effects: Effects) -> None:
        """Let people see what has come of an event, which is stored."""

    @abstractmethod
    async def serve(self, effect: Effect) -> None:
        """Do what an effect asks of the engine. Cancelled when the game ends or the bot stops."""

    @abstractmethod
    def resume(self) -> None:
        """Show everything as it is now: the bot was away."""

    @abstractmethod
    async def press(
        self, interaction: discord.Interaction[Any], what: str, argument: str, values: list[str]
    ) -> None:
        """A button `game:ID:WHAT[:ARGUMENT]`, or a select with the values chosen, that
        `bot.games.manage` does not answer for every game."""

    async def fill(
        self, interaction: discord.Interaction[Any], what: str, argument: str, form: Filled
    ) -> None:
        """A form with the id `game:ID:WHAT[:ARGUMENT]` was sent off, maybe long after it opened."""
        raise Refused("games.reason.not_now")

    @abstractmethod
    def records(self) -> Records:
        """What the game leaves behind, now that it is over."""

    def menu(self, person: str, manages: bool, texts: Texts) -> Sequence[ui.Item[Any]]:
        """What the menu of the table offers this seat, besides what every table has; `manages`
        says whether this is somebody who may start, pause and end."""
        return ()

    async def answer(self, interaction: discord.Interaction[Any], text: str) -> None:
        """Somebody called `/answer`."""
        raise Refused("games.reason.not_now")

    async def submit(self, interaction: discord.Interaction[Any], png: bytes) -> None:
        """Somebody handed in a picture, which is clean and small by now; the interaction is
        deferred already, for the person alone."""
        raise Refused("games.reason.not_now")

    async def heard(self, message: discord.Message) -> None:
        """Somebody wrote in the channel, where chat is read and the bot may delete messages."""
        return

    async def drawn(self, sheet: str, drawing: Drawing, *, done: bool) -> None:
        """Somebody drew on the pad's sheet `game:ID:SHEET`; `done` if it was handed in."""
        return


class Host:
    """One game in one channel; `do` is its only way forward.

    id: of the row of `games`, and in every custom id of its buttons. seed: of the rules.
    """

    def __init__(
        self,
        tools: Tools,
        room: Room,
        game: core.Game[Any],
        presenter: Callable[[Host], Presenter],
        *,
        game_id: int,
        seed: str,
    ) -> None:
        self.tools = tools
        self.room = room
        self.id = game_id
        self.texts = Texts(room.language)
        self.play: Play[Any] = Play(game, seed, game.initial)
        self.posts = Posts(tools.client, tools.store, game_id, room.channel, self._lost)
        self.presenter = presenter(self)
        self._base, self._since = 0.0, tools.clock()
        self._turn = asyncio.Lock()
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._doing: set[asyncio.Task[Effects]] = set()
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def now(self) -> float:
        """Game time, in seconds since the lobby opened."""
        return self._base + self.tools.clock() - self._since

    @property
    def table(self) -> table.Table:
        """The table of the game: every game's state has one."""
        return self.play.state.table

    # -- events

    async def do(self, event: Event, *, quietly: bool = False) -> Effects:
        """Apply an event now: store it, then present what comes of it. Returns all its effects.

        What the rules refuse, and what changes nothing, is not stored. quietly: nothing is
        presented. Raises sqlite3.Error when it cannot be stored: then nothing has happened.
        Whoever waits may be cancelled; an event is never left half applied.
        """
        task = asyncio.create_task(self._do(event, quietly=quietly))
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)
        return await asyncio.shield(task)

    async def _do(self, event: Event, *, quietly: bool) -> Effects:
        async with self._turn:
            play, effects = self.play.step(event, self.now)
            refused = bool(effects) and all(isinstance(each, table.Refused) for each in effects)
            if self.play.over or (refused and play.state == self.play.state):
                return effects
            line = core.encode(play.game, core.Entry(play.now, event))
            await self.tools.store.append(self.id, self.play.count, play.now, line)
            self.play = play
            self.presenter.note(event, effects)
            if not quietly:
                self._act(event, effects)
            self._news.set()
        return effects

    async def ask(self, event: Event, who: str) -> Effects:
        """`do` for somebody (a seat, or MODERATOR) who is to be told if the rules refuse it.

        Raises Refused with the reason.
        """
        effects = await self.do(event)
        for effect in effects:
            if isinstance(effect, table.Refused) and effect.to.sees(who):
                raise Refused(f"games.reason.{effect.reason.name.lower()}")
        return effects

    def _act(self, event: Event, effects: Effects) -> None:
        try:
            self.presenter.present(event, effects)
        except Exception:
            log.exception("an event could not be presented", extra={"game": self.id})
            metrics.ERRORS.inc()
        for effect in effects:
            if effect.to.engine:
                self._serve(effect)

    def _serve(self, effect: Effect) -> None:
        task = self.spawn(self.presenter.serve(effect))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    # -- its life

    async def recall(self) -> None:
        """Take the game up where its log ends. Raises games.core.UnreadableLog."""
        await self.posts.load()
        event: Event = Tick()
        effects: Effects = ()
        for line in await self.tools.store.events(self.id):
            entry = core.decode(self.play.game, line)
            event = entry.event
            self.play, effects = self.play.step(event, entry.at)
            self.presenter.note(event, effects)
        self._base, self._since = self.play.now, self.tools.clock()
        self.presenter.resume()
        self.presenter.present(event, effects)
        owed = self.play.owed
        kinds = {type(effect) for effect in owed}
        last = [one for one in effects if one.to.engine and type(one) not in kinds]
        for effect in (*owed, *last):
            self._serve(effect)

    async def run(self) -> None:
        """Fire the timers until the game is over and all is said."""
        while not self.play.over:
            await self._wait()
            due = self.play.due
            event: Event | None = None
            if due is not None and self.now >= due[1]:
                event = table.TimerFired(due[0])
            elif self.now - self.play.now >= self._tick(due):
                event = Tick()
            if event is None:
                continue
            try:
                await self.do(event)
            except Exception:
                log.exception("a timer failed", extra={"game": self.id})
                metrics.ERRORS.inc()
                await asyncio.sleep(_AFTER_TROUBLE)
        for task in self._serving:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LAST_WORDS)

    def _tick(self, due: tuple[str, float] | None) -> float:
        """How late (s) a restart may set the clock back: a day is not counted in seconds."""
        return TICK if due is None else max(TICK, (due[1] - self.now) / _TICKS)

    async def _wait(self) -> None:
        """Until something may be due."""
        due = self.play.due
        left = TICK if due is None else min(TICK, max(0.0, due[1] - self.now))
        self._news.clear()
        try:
            async with asyncio.timeout(min(left, _LOOK_AT_CLOCK)):
                await self._news.wait()
        except TimeoutError:
            pass

    async def close(self) -> None:
        """The bot stops: note how late it is, and leave everything as it stands."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._doing, return_exceptions=True)
        self.posts.close()
        if not self.play.over:
            await self.do(Tick(), quietly=True)

    # -- for presenters

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[None]:
        """Let something go on by itself; it ends with the bot. Failures are logged."""

        async def run() -> None:
            try:
                await work
            except Exception:
                log.exception("a game's task failed", extra={"game": self.id})
                metrics.ERRORS.inc()

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def whisper(self, player: str, page: Page) -> None:
        """Show a page to one person alone."""
        if player.isdecimal():
            self.spawn(self.tools.whispers.say(int(player), self.room.channel, page))

    async def name(self, player: str) -> str:
        """What a seat is called, where a mention cannot stand."""
        if player == core.BOT:
            return self.texts("games.bot")
        return await self.tools.names.of(self.room.guild, int(player))

    def unix(self, at: float) -> int:
        """When a game time will be, in seconds since the epoch, if nothing holds the clock."""
        return round(discord.utils.utcnow().timestamp() + at - self.now)

    def _lost(self) -> None:
        """Nothing can be posted in the channel any more: whoever hosts is told why."""
        host, channel = self.table.seats.host, self.room.channel
        lacks = permissions.missing_in(self.tools.client.get_channel(channel))
        if host is not None and lacks and not self.play.over:
            text = permissions.explain(self.texts, lacks, channel)
            self.whisper(host, cards.page([ui.TextDisplay(text)], cards.TROUBLED, ()))
        self.spawn(self.do(table.End(core.MODERATOR)))
