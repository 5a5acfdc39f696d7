"""One run: who plays what, in which weather, and when the bot is killed; all by the seed."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.http import Route

from bot import command_sync
from bot.drawing import job
from bot.games.pictionary import paced_artist
from bot.games.table import engine_artist, game_runner
from bot.playground.model.permission import Permission
from bot.store.database import Store
from games.telephone import books
from tests.simulation import chance, invariants, openings
from tests.simulation.chance import TIME
from tests.simulation.invariants import Errors, Secrets
from tests.simulation.loop import Universe, VirtualLoop
from tests.simulation.machine import Machine, fresh, sessions, template
from tests.simulation.network import CALM, ROUGH, STORM, Weather
from tests.simulation.people import Crowd, Person
from tests.simulation.pictures import photo
from tests.simulation.place import Place
from tests.simulation.tab import Tab
from tests.simulation.trace import Trace

ENDS_WITHIN = 6 * 3600.0
"""Virtual seconds after which nobody may wait for anything any more, once all people have gone."""
SETTLES_WITHIN = 120.0
"""Virtual seconds that last messages may take."""
TROUBLE = ("refused", "lost", "limited", "stalled", "missed", "deleted", "forbidden")
"""Kinds of trouble that the trace counts."""
_MOST_STEPS = 3_000_000
_WORDS = 12
_NAMES = ("Ada", "Grace", "Linus", "Edsger")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run. counts: of what was done to the bot and by it; problems: what does not
    hold; digest: of all that happened; lines: all that happened, if it was kept."""

    seed: int
    game: str
    counts: dict[str, int]
    problems: list[str]
    digest: str
    lines: list[str] = field(default_factory=list[str])


class Theatre:
    """Where runs take place, one after the other. Made once in a process. kind: of runs."""

    def __init__(self, kind: type[Drama] | None = None) -> None:
        self._kind = kind or Drama
        memory = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
        self._folder = tempfile.TemporaryDirectory(
            prefix="penguess-simulation-", dir=memory if memory.is_dir() else None
        )
        self._template = template(Path(self._folder.name))
        self._place: Place | None = None
        self._errors = Errors()
        logging.basicConfig(level=logging.ERROR, handlers=[self._errors], force=True)
        aiohttp.ClientSession = sessions(lambda: self._place)
        discord.utils.utcnow = chance.utcnow
        # These look whether the clock has jumped; here it is one with the loop's.
        game_runner._LOOK_AT_CLOCK = 5.0
        engine_artist._LOOK_AT_CLOCK = job._LOOK_AT_CLOCK = 2.0
        paced_artist._LOOK = 1.0
        # The same phrases are looked through whenever a game of telephone starts or is replayed.
        books.blocked = lru_cache(maxsize=None)(books.blocked)
        warnings.simplefilter("ignore", RuntimeWarning)
        sys.unraisablehook = lambda _: None  # of coroutines that were killed

        self._commands = self._registered()
        # What is there now stays, and a run's own rubbish is looked through once, at its end: so
        # whatever Python says of it, such as an exception that nobody took, is said of that run.
        gc.collect()
        gc.freeze()
        gc.disable()

    def _registered(self) -> dict[Any, Any]:
        """The bot's commands, as it registers them; in runs that takes a request and no more."""
        chance.begin(0)
        trace = Trace()
        universe = Universe(TIME)
        world = universe.add(VirtualLoop(TIME, random.Random(0)))
        place = self._place = Place(world, random.Random(0), trace)
        folder = Path(self._folder.name) / "commands"
        fresh(self._template, folder)
        machine = Machine(universe, place, folder, random.Random(0), trace, 0.0)
        machine.boot()
        while not machine.is_up:
            universe.step()
        machine.kill()

        async def tell(tree: app_commands.CommandTree[Any], _: Store) -> None:
            await tree.client.http.request(Route("GET", "/users/@me"))

        command_sync._tell = tell
        return place.commands._scopes

    def close(self) -> None:
        self._folder.cleanup()

    def run(self, seed: int, *, keep: bool = False) -> Outcome:
        """Simulate one seed."""
        chance.begin(seed)
        self._errors.found.clear()
        folder = Path(self._folder.name) / str(seed)
        fresh(self._template, folder)
        try:
            return self._kind(seed, folder, Trace(keep=keep), self._seat).play(self._errors)
        finally:
            gc.collect()

    def _seat(self, place: Place) -> None:
        self._place = place
        place.commands._scopes = dict(self._commands)


class Drama:
    """One run of the theatre."""

    def __init__(
        self, seed: int, folder: Path, trace: Trace, seat: Callable[[Place], None]
    ) -> None:
        self._seed = seed
        self._folder = folder
        self._dice = random.Random(f"drama:{seed}")
        self._trace = trace
        self._universe = Universe(TIME)
        self._world = self._universe.add(VirtualLoop(TIME, self._dice))
        self._world.set_exception_handler(self._on_exception)
        self._place = Place(self._world, random.Random(self._dice.random()), trace)
        seat(self._place)
        self._game = self._dice.choice(openings.GAMES)
        self._weather: Weather = self._dice.choice((CALM, ROUGH, ROUGH, STORM))
        trouble = self._dice.choice((0.0, 0.05, 0.3))
        self._machine = Machine(
            self._universe, self._place, folder, random.Random(self._dice.random()), trace, trouble
        )
        self._kills = self._dice.choice((0, 0, 1, 1, 2, 4))
        self._kill_at = self._next_kill()
        self._over = False
        self._broken: list[str] = []
        words = tuple(self._word() for _ in range(_WORDS))
        self._crowd = Crowd(
            self._place,
            random.Random(self._dice.random()),
            trace,
            words,
            lambda: f"xq{self._word()} {self._word()}",
            self._truth,
            photo,
            lambda token: Tab(token, trace),
        )
        self._secrets = Secrets(self._place, self._machine)

    def _on_exception(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._broken.append(f"the simulation broke: {context.get('exception')!r}")

    def _word(self) -> str:
        """A word that no text has."""
        syllables = [
            self._dice.choice("bdfgklmnprtvz") + self._dice.choice("aeiou") for _ in range(4)
        ]
        return "".join(syllables) + "x"

    def _truth(self) -> str:
        """What is being drawn, for people who happen to know."""
        bot = self._machine.bot
        for runner in bot.open_games.runners if bot is not None else ():
            turn = getattr(runner.play.state, "turn", None)
            if turn is not None and runner.play.state.phase == "drawing":
                return turn.word.text
        return ""

    def _next_kill(self) -> int:
        """After how many callbacks of the bot it is killed next."""
        return round(20 * 10 ** self._dice.uniform(0.0, 2.5))

    # -- what happens

    def play(self, errors: Errors) -> Outcome:
        task = self._universe.start(self._world, self._direct())
        steps = 0
        while not (self._over or task.done()) and steps < _MOST_STEPS:
            if not self._universe.step():
                break
            steps += 1
            loop = self._machine.loop
            if self._kills and loop is not None and loop.run >= self._kill_at:
                self._kill()
        if task.done() and task.exception() is not None:
            raise task.exception()  # type: ignore[misc]
        gc.collect()
        problems = [*self._broken, *self._secrets.found]
        if not self._over:
            problems.append("the run does not end")
        problems += invariants.after(self._crowd, self._machine)
        problems += errors.found
        outcome = self._outcome(steps, problems)
        shutil.rmtree(self._folder)
        self._machine.end()
        self._world.kill()
        return outcome

    def _outcome(self, steps: int, problems: list[str]) -> Outcome:
        machine, asked = self._machine, self._crowd.asked
        counts = {f"trouble: {kind}": self._trace.counts[kind] for kind in TROUBLE}
        ((counts["games"],),) = machine.query("select count(*) from games")
        ((counts["drawings"],),) = machine.query("select count(*) from drawings")
        ((counts["events of games"],),) = machine.query("select count(*) from events")
        counts |= {
            "callbacks": steps,
            "virtual seconds": round(TIME.now),
            "kills": machine.kills,
            "stops": machine.stops,
            "boots that failed": machine.crashes,
            "messages": sum(len(found) for found in self._place.world.messages.values()),
            "requests": self._trace.counts["request"],
            "things people did": len(asked),
            "of them not answered": sum(one.failed for one in asked),
            "promises": len(self._crowd.promises),
            "strokes stored": sum(tab.acked for tab in self._crowd.tabs),
        }
        return Outcome(
            seed=self._seed,
            game=self._game,
            counts=counts,
            problems=problems,
            digest=self._trace.digest,
            lines=self._trace.lines,
        )

    def _kill(self) -> None:
        self._kills -= 1
        self._machine.kill()
        away = self._dice.uniform(0.5, 20.0)
        if self._dice.random() < 0.1:
            away = self._dice.uniform(600.0, 1200.0)
        self._kill_at = self._next_kill()
        self._machine.longest_away = max(self._machine.longest_away, away)
        self._world.call_at(TIME.now + away, self._boot)

    def _boot(self) -> None:
        if self._machine.loop is None:
            self._machine.boot()

    async def _direct(self) -> None:
        machine, crowd = self._machine, self._crowd
        self._add_words()
        kills, self._kills = self._kills, 0
        machine.boot()
        while not machine.is_up:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.5)
        self._kills = kills
        self._place.network.weather = self._weather
        tasks = [asyncio.create_task(self._keep_tabs())]
        tasks += [asyncio.create_task(work) for work in self._people()]
        if self._dice.random() < 0.3:
            tasks.append(asyncio.create_task(self._moderate()))
        if self._dice.random() < 0.15:
            tasks.append(asyncio.create_task(self._take_permissions()))
        if self._dice.random() < 0.15:
            tasks.append(asyncio.create_task(self._restart()))
        await asyncio.sleep(self._dice.uniform(40.0, 300.0))
        crowd.leaving = True
        await asyncio.wait(tasks)
        self._kills = 0
        self._place.network.weather = CALM
        machine.engine.trouble = 0.0
        until = TIME.now + ENDS_WITHIN
        while TIME.now < until and not self._is_idle():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(5.0)
        await asyncio.sleep(SETTLES_WITHIN)
        self._over = True

    def _add_words(self) -> None:
        guild = self._place.world.guild_id
        rows = [(guild, word, "[]", 1, TIME.now) for word in self._crowd.words]
        self._machine.write("insert into words values (?, ?, ?, ?, ?)", rows)

    def _is_idle(self) -> bool:
        bot = self._machine.bot
        if bot is None:
            return False
        in_progress = bot.in_progress
        return not (bot.open_games.runners or in_progress.limits.total or in_progress._jobs)

    def _people(self) -> list[Coroutine[Any, Any, None]]:
        crowd, dice, world = self._crowd, self._dice, self._place.world
        table, aside = world.channel_named("games"), world.channel_named("drawing-room")
        people = [Person(crowd, name, table) for name in _NAMES[: dice.choice((1, 2, 3, 3))]]
        draws = Person(crowd, "Barbara", aside if dice.random() < 0.7 else table)
        host, *others = people
        return [
            host.live(self._opening),
            *(person.live() for person in others),
            draws.live(self._side_show),
        ]

    def _opening(self) -> tuple[str, dict[str, Any]]:
        return openings.game(self._game, self._dice, self._crowd.phrases)

    def _side_show(self) -> tuple[str, dict[str, Any]]:
        return openings.side_show(self._dice, photo)

    async def _keep_tabs(self) -> None:
        """Let tabs of the pad find the bot again."""
        while not self._crowd.leaving:
            bot, loop = self._machine.bot, self._machine.loop
            if self._machine.is_up and bot is not None and loop is not None:
                for tab in self._crowd.tabs:
                    tab.connect(bot, loop, self._world)
            await asyncio.sleep(1.0)

    async def _moderate(self) -> None:
        """A moderator deletes messages of the bot's."""
        world = self._place.world
        while not self._crowd.leaving:
            await asyncio.sleep(self._dice.uniform(10.0, 120.0))
            channel = self._dice.choice(list(world.channels.values()))
            mine = [one for one in world.messages[channel.id].values() if one.author is world.bot]
            if mine and not self._crowd.leaving:
                self._trace.note("deleted", channel.name)
                world.delete(self._dice.choice(mine))

    async def _take_permissions(self) -> None:
        """A moderator lets the bot post no pictures for a while, and thinks better of it."""
        world, faults = self._place.world, self._place.faults
        while not self._crowd.leaving:
            await asyncio.sleep(self._dice.uniform(20.0, 120.0))
            channel = world.channel_named(self._dice.choice(("games", "drawing-room")))
            lost = self._dice.choice((Permission.SEND_MESSAGES, Permission.ATTACH_FILES))
            self._trace.note("forbidden", channel.name, lost)
            faults.take_permission(channel, lost)
            await asyncio.sleep(self._dice.uniform(1.0, 30.0))
            faults.give_back_permissions(channel)

    async def _restart(self) -> None:
        """Somebody upgrades the bot."""
        await asyncio.sleep(self._dice.uniform(5.0, 100.0))
        if self._machine.is_up:
            await self._machine.stop()
            await asyncio.sleep(self._dice.uniform(1.0, 10.0))
            self._boot()
