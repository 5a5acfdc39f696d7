"""Runs one game: keeps its log and its clock, and lets its presenter act on the effects.

Every event takes the same way, whoever it came from (`GameRunner.do`): the rules apply it, it is
stored, and only then is anybody told. So a bot that is killed at any moment finds the game as
people saw it. The clock is game time: it stands still while no bot runs, and goes on from the last
stored event. When nothing happens for a while a `Tick` is stored, so a restart forgets little.
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

from bot.games.table.posts import Posts
from bot.games.table.results import GameResults
from bot.games.table.scene import Scene
from bot.games.table.services import GameServices
from bot.kit import layout, metrics, permissions
from bot.kit.errors import UserError
from bot.kit.forms import Filled
from bot.kit.live_message import MessageView, still
from bot.kit.task_set import TaskSet
from bot.pad import Work
from bot.store import server_settings
from bot.texts import Texts
from games import core
from games.core import Effect, Effects, Event, Play, Tick
from games.table import table

log = logging.getLogger(__name__)

TICK = 5.0  # seconds of game time without an event after which a Tick is stored, at the least
_TICKS = 200  # of what is left until the next timer, one part of so many is as good as nothing
_LOOK_AT_CLOCK = 0.25  # seconds, so that a clock that jumps is noticed
_AFTER_TROUBLE = 1.0  # seconds until a timer is tried again whose event could not be stored
_LAST_WORDS = 60.0  # seconds that messages may take after the end of a game
_LONG = 500  # characters of an event; the rules may take long over more of them


@dataclass(frozen=True, slots=True)
class Place:
    """Where a game is played, and the language (`bot.texts`) of its messages."""

    guild: int | None
    channel: int
    language: str


class Presenter(ABC):
    """What a game looks like in its channel. Made by `GameKind.presenter` before the first event,
    and again after a restart; it reads the rules' state from `runner.play.state`.

    The life of one, in order:

    1. `remember` for each event. After a restart first for the whole log, so whatever messages
       need and the state lacks is kept here (`runner.play` is the game after that event).
    2. `present` for each new event, after `remember`; not for the one that opened the lobby, which
       `lobby` shows. Effects for everyone change messages: `runner.posts.show(key, frame)`.
       Effects for some seats are whispered (`runner.whisper`), unless they answer what a person did
       just now: a press, command or modal gets the effects from `runner.do` or `runner.ask` and
       answers its own interaction; `table.Refused` is always answered that way, never here.
    3. `serve` for each effect for the engine, in a task of its own, which reports by `runner.do`.
    4. `resume` once after a restart, when the log was read. The last event is presented again
       after it, and what the engine owes is served again.
    5. `results` when the game is over, for the boards.

    `remember` and `present` do not wait for anything; whatever takes time goes into `runner.spawn`.
    What people do comes in by `press`, `fill`, `answer`, `submit`, `heard` and `drawn`; those that
    have an interaction must answer it, or raise UserError, which tells the person why.
    """

    def __init__(self, runner: GameRunner) -> None:
        self.runner = runner

    @abstractmethod
    async def lobby(self) -> MessageView:
        """The first page, as the answer to the command that opened the game (post `lobby`)."""

    @abstractmethod
    def remember(self, event: Event, effects: Effects) -> None:
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
        `bot.games.table.table_menu` does not answer for every game."""

    async def fill(
        self, interaction: discord.Interaction[Any], what: str, argument: str, form: Filled
    ) -> None:
        """A form with the id `game:ID:WHAT[:ARGUMENT]` was sent off, maybe long after it opened."""
        raise UserError("games.reason.not_now")

    @abstractmethod
    def results(self) -> GameResults:
        """What the game leaves behind, now that it is over."""

    def menu(self, person: str, manages: bool, texts: Texts) -> Sequence[ui.Item[Any]]:
        """What the menu of the table offers this seat, besides what every table has; `manages`
        says whether this is somebody who may start, pause and end."""
        return ()

    async def answer(self, interaction: discord.Interaction[Any], text: str) -> None:
        """Somebody called `/answer`."""
        raise UserError("games.reason.not_now")

    async def submit(self, interaction: discord.Interaction[Any], png: bytes) -> None:
        """Somebody handed in a picture, which is clean and small by now; the interaction is
        deferred already, for the person alone."""
        raise UserError("games.reason.not_now")

    async def heard(self, message: discord.Message) -> None:
        """Somebody wrote in the channel, where chat is read and the bot may delete messages."""
        return

    def passed_by(self) -> None:
        """Somebody wrote in the channel, whatever becomes of it: what stood there moves up."""
        return

    async def drawn(self, sheet: str, work: Work, *, done: bool) -> None:
        """Somebody drew on the pad's sheet `game:ID:SHEET`; `done` if it was handed in."""
        return

    # -- for people who are in the Activity; they are asked for what `scene` offers alone

    def scene(self, person: str, texts: Texts) -> Scene:
        """What this person may see now. Asked several times a second."""
        return Scene(note=texts("activity.nothing"))

    async def sheet(self, person: str) -> str | None:
        """The link to the sheet that this person has to draw on now."""
        return None

    async def picture(self, reference: str) -> bytes | None:
        """The picture of a scene, as PNG."""
        return None

    async def guess(self, person: str, text: str, texts: Texts) -> str:
        """Somebody says what it is; what they are told. Raises UserError."""
        raise UserError("games.reason.not_now")

    async def choose(self, person: str, number: int, index: int) -> None:
        """Somebody chooses one of the words of turn `number`. Raises UserError."""
        raise UserError("games.reason.not_now")


class GameRunner:
    """One game in one channel; `do` is its only way forward.

    id: of the row of `games`, and in every custom id of its buttons. seed: of the rules.
    """

    def __init__(
        self,
        services: GameServices,
        place: Place,
        game: core.Game[Any],
        presenter: Callable[[GameRunner], Presenter],
        *,
        game_id: int,
        seed: str,
    ) -> None:
        self.services = services
        self.place = place
        self.id = game_id
        self.texts = Texts(place.language)
        self.play: Play[Any] = Play(game, seed, game.initial)
        self.posts = Posts(
            services.client, services.store, game_id, place.channel, self.lost, self._pings
        )
        self.presenter = presenter(self)
        self._base, self._since = 0.0, services.clock()
        self._turn = asyncio.Lock()
        self._news = asyncio.Event()
        self._tasks = TaskSet()
        self._doing = TaskSet()
        self._serving = TaskSet()  # those of the tasks that wait for the engine

    @property
    def now(self) -> float:
        """Game time, in seconds since the lobby opened."""
        return self._base + self.services.clock() - self._since

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
        return await asyncio.shield(self._doing.start(self._do(event, quietly=quietly)))

    async def _do(self, event: Event, *, quietly: bool) -> Effects:
        async with self._turn:
            now = max(self.now, self.play.now)
            line = core.encode(self.play.game, core.Entry(now, event))
            if len(line) > _LONG:  # others are not kept waiting meanwhile
                play, effects = await asyncio.to_thread(self.play.step, event, now)
            else:
                play, effects = self.play.step(event, now)
            refused = bool(effects) and all(isinstance(each, table.Refused) for each in effects)
            if self.play.over or (refused and play.state == self.play.state):
                return effects
            await self.services.store.append(self.id, self.play.count, play.now, line)
            self.play = play
            self.presenter.remember(event, effects)
            if not quietly:
                self._act(event, effects)
            self._news.set()
        return effects

    async def ask(self, event: Event, who: str) -> Effects:
        """`do` for somebody (a seat, or MODERATOR) who learns whether the rules refuse it.

        Raises UserError with the reason.
        """
        effects = await self.do(event)
        for effect in effects:
            if isinstance(effect, table.Refused) and effect.to.sees(who):
                raise self.refused(effect.reason, who)
        return effects

    def refusal(self, event: Event) -> table.Reason | None:
        """Why the rules would refuse an event now; None if they would not."""
        _, effects = self.play.step(event, self.now)
        reasons = (one.reason for one in effects if isinstance(one, table.Refused))
        return next(reasons, None)

    def refused(self, reason: table.Reason, who: str) -> UserError:
        """What somebody is told whom the rules refuse: not to join first, where they cannot."""
        if reason is table.Reason.NOT_HERE and who.isdecimal() and not self.table.seats.has(who):
            reason = self.refusal(table.Join(who)) or reason
        return UserError(f"games.reason.{reason.name.lower()}")

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
        self._serving.hold(self.spawn(self.presenter.serve(effect)))

    # -- its life

    async def recall(self) -> None:
        """Take the game up where its log ends. Raises games.core.UnreadableLog."""
        await self.posts.load()
        event: Event = Tick()
        effects: Effects = ()
        for line in await self.services.store.events(self.id):
            entry = core.decode(self.play.game, line)
            event = entry.event
            self.play, effects = self.play.step(event, entry.at)
            self.presenter.remember(event, effects)
        self._base, self._since = self.play.now, self.services.clock()
        self.presenter.resume()
        self.presenter.present(event, effects)
        owed = self.play.owed
        kinds = {type(effect) for effect in owed}
        last = [one for one in effects if one.to.engine and type(one) not in kinds]
        for effect in (*owed, *last):
            self._serve(effect)

    async def run(self) -> None:
        """Fire the timers until the game is over and its last messages are out."""
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
        self._serving.cancel()
        await self._tasks.wait(_LAST_WORDS)

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
        """The bot stops: record the time, and leave everything as it is."""
        await self._tasks.end()
        await self._doing.wait()
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

        return self._tasks.start(run())

    def whisper(
        self, player: str, page: MessageView, otherwise: tuple[str, MessageView] | None = None
    ) -> None:
        """Show a page to one person alone. otherwise: the key and the page of a post in the
        channel, for somebody who must act but takes no direct messages."""
        if player.isdecimal():
            self.spawn(self.whispered(player, page, otherwise))

    async def whispered(
        self,
        player: str,
        page: MessageView,
        otherwise: tuple[str, MessageView] | None = None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> discord.Message | None:
        """`whisper`, for who will change the page later on: the message, if there is one. Nothing
        is shown that is no longer `wanted` once it can be: others may have the turn by then."""
        if not player.isdecimal():
            return None
        private, channel = self.services.private_messages, self.place.channel
        said = await private.say(int(player), channel, page, wanted)
        if said is None and otherwise is not None and wanted():
            key, instead = otherwise
            await self.posts.finish(key, still(instead))
        return said

    def texts_for(self, player: str) -> Texts:
        """The texts for one person alone: in the language of their Discord, or where the bot does
        not know it yet, of the game."""
        known = self.services.private_messages.language(int(player)) if player.isdecimal() else None
        return Texts(known) if known else self.texts

    async def _pings(self) -> bool:
        return (await server_settings.of(self.services.store, self.place.guild)).pings

    async def name(self, player: str) -> str:
        """The name of a seat, for where Discord shows no mentions."""
        if player in core.BOTS:
            return self.texts("games.bot" if player == core.BOT else "games.rival")
        return await self.services.names.of(self.place.guild, int(player))

    def unix(self, at: float) -> int:
        """When a game time will be, in seconds since the epoch, if nothing holds the clock."""
        return round(discord.utils.utcnow().timestamp() + at - self.now)

    def lost(self) -> None:
        """Nothing can be posted in the channel any more: the game ends, and whoever hosts is told
        why, below what they did last or in a direct message."""
        if self.posts.out_of_reach or self.play.over:
            return
        self.posts.out_of_reach = True
        host, channel = self.table.seats.host, self.place.channel
        if host is not None:
            found, texts = self.services.client.get_channel(channel), self.texts_for(host)
            if lacks := permissions.missing_in(found):
                text = permissions.explain(texts, lacks, channel)
            else:
                text = texts("games.channel_closed" if found else "games.channel_gone")
            lines = "\n".join((text, texts("games.over")))
            self.whisper(host, layout.framed([ui.TextDisplay(lines)], layout.TROUBLED, ()))
        self.spawn(self.do(table.End(core.MODERATOR)))
