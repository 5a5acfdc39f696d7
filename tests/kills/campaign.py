"""People at several tables, and a bot that is killed whenever something is under way.

A kill waits until something of its kind is under way (a draw, a guess, an upload, strokes on the
pad, a form, an album) and comes at a random moment of the next tenth of a second. An album is
minutes away: half of the tables play short chains only, and kills that are for albums wait for one.
"""

from __future__ import annotations

import asyncio
import io
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from bot.playground.model.entities import Channel
from bot.playground.protocol.command_input import InvalidInput
from bot.playground.protocol.interaction import Interaction
from bot.playground.server import Playground
from bot.playground.test_user import NoAnswer, TestUser
from games import core
from games.telephone.handoff import Phase, State
from games.telephone.telephone import TELEPHONE
from tests.kills.processes import Processes
from tests.kills.tab import SocketTab
from tests.simulation import invariants, openings
from tests.simulation.people import Crowd, Person
from tests.simulation.trace import Trace

PEOPLE = 3  # at each
KINDS = ("draw", "guess", "upload", "pad strokes", "form", "album")
_KINDS = (*KINDS, "album", "album")  # as likely as kills wait for them
_WHAT = ("bot", "bot", "bot", "engine", "both")
_COMES_WITHIN = 15.0  # seconds that a kill waits for something of its kind
_ALBUM_WITHIN = 240.0  # for an album
_AT_WORK = 4.0  # seconds between kills, at most, beside that
_ENDS_WITHIN = 900.0  # seconds after the last kill, on a machine that does much else
_LOOK = 0.005  # seconds
_LOOK_AT_LOGS = 0.25


class Campaign:
    """counts: of what was done; problems: what does not hold in the end."""

    def __init__(self, playground: Playground, folder: Path, seed: int, tables: int = 4) -> None:
        """tables: at which so many games are played at once."""
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []
        self._playground = playground
        self._tables = tables
        self._dice = random.Random(seed)
        self._trace = Trace()
        self.processes = Processes(playground, folder)
        self._tasks: set[asyncio.Task[None]] = set()
        words = tuple(self._word() for _ in range(12))
        self._crowd = Crowd(
            playground,
            random.Random(self._dice.random()),
            self._trace,
            words,
            lambda: f"xq{self._word()} {self._word()}",
            lambda: self._dice.choice(words),
            drawn,
            self._open_tab,
        )
        guild = playground.world.guild_id
        rows = [(guild, word, "[]", 1, time.time()) for word in words]
        self.processes.write("insert into words values (?, ?, ?, ?, ?)", rows)

    def _word(self) -> str:
        """A word that no text has."""
        pick = self._dice.choice
        return "".join(pick("bdfgklmnprtvz") + pick("aeiou") for _ in range(4)) + "x"

    def _open_tab(self, token: str) -> SocketTab:
        tab = SocketTab(token, self._trace, self.processes.pad)
        self._go_on(tab.keep())
        return tab

    def _go_on(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- what happens

    async def run(self, work: Callable[[Campaign], Awaitable[None]]) -> None:
        """Let people play while something is done to the bot, then let everything end and look at
        what is there."""
        world, processes = self._playground.world, self.processes
        await processes.start()
        living: list[asyncio.Task[None]] = []
        for number in range(self._tables):
            channel = world.add_channel(f"table-{number}")
            people = [Person(self._crowd, f"P{number}-{n}", channel) for n in range(PEOPLE)]
            living += [asyncio.create_task(person.live()) for person in people]
            games = openings.CHAINS if number % 2 else openings.GAMES
            living.append(asyncio.create_task(self._keep_open(people[0], channel, games)))
        studio = world.add_channel("studio")
        for name in ("Barbara", "Alan"):
            artist = Person(self._crowd, name, studio)
            living.append(asyncio.create_task(artist.live()))
            living.append(asyncio.create_task(self._ask_often(artist)))
        await work(self)
        self._crowd.leaving = True
        await asyncio.wait(living)
        await self._end_games()
        await self._settle()
        await processes.stop()
        for tab in self._crowd.tabs:
            tab.close()
        for task in self._tasks:
            task.cancel()
        self.problems = list(invariants.after(self._crowd, processes))
        self._count()

    async def _keep_open(self, host: Person, channel: Channel, games: Sequence[str]) -> None:
        """Open one of some games whenever there is none in a channel; where all are chains, they
        are as short as can be."""
        sql = "select count(*) from games where channel = ? and over = 0"
        while not self._crowd.leaving:
            await asyncio.sleep(self._dice.uniform(0.5, 3.0))
            ((under_way,),) = self.processes.query(sql, (channel.id,))
            if not under_way and not self._crowd.leaving:
                game = self._dice.choice(games)
                command, options = openings.game(game, self._dice, self._crowd.phrases)
                if games is openings.CHAINS:
                    options["links"] = 2
                await host.call(command, options)

    async def _ask_often(self, artist: Person) -> None:
        while not self._crowd.leaving:
            await artist.call(*openings.side_show(self._dice, drawn))
            await asyncio.sleep(self._dice.uniform(1.0, 6.0))

    async def kill_for(self, seconds: float) -> None:
        """One kill after the other."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await self._kill()

    async def _kill(self) -> None:
        await asyncio.sleep(self._dice.uniform(0.0, _AT_WORK))
        kind, what = self._dice.choice(_KINDS), self._dice.choice(_WHAT)
        album = kind == "album"
        until = time.monotonic() + (_ALBUM_WITHIN if album else _COMES_WITHIN)
        while time.monotonic() < until and not self._under_way(kind):  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_AT_LOGS if album else _LOOK)
        await asyncio.sleep(self._dice.uniform(0.0, 0.1))
        for one in KINDS:
            self.counts[f"kills during a {one}".replace("a pad", "pad")] += self._under_way(one)
        self.counts["kills while an album is not kept yet"] += bool(self._albums(kept=False))
        self.counts["kills while a kept album is shown"] += bool(self._albums(kept=True))
        await self.processes.kill(what, self._dice.uniform(0.0, 2.0))

    def _under_way(self, kind: str) -> bool:
        asked = [one for one in self._crowd.asked[-60:] if not one.settled.is_set()]
        match kind:
            case "draw":
                sql = "select count(*) from drawings where state in ('queued', 'running')"
                return bool(self.processes.query(sql)[0][0])
            case "guess":
                return any(_is(one, "answer", "guess") for one in asked)
            case "upload":
                return any(_is(one, "submit", "upload", "sketch") for one in asked)
            case "pad strokes":
                return any(tab.usable and tab.waiting for tab in self._crowd.tabs)
            case "form":
                return any(_is(one, "write", "guess", "upload") for one in asked)
            case _:
                return bool(self._albums(kept=False) or self._albums(kept=True))

    def _albums(self, *, kept: bool) -> list[int]:
        """The chains under way whose pages are in, and whose album is stored, or is not yet."""
        query = self.processes.query
        made = {game for (game,) in query("select game from albums")}
        sql = "select id, seed from games where kind = ? and over = 0"
        return [
            game
            for game, seed in query(sql, (TELEPHONE.name,))
            if (game in made) == kept and self._pages_are_in(game, seed)
        ]

    def _pages_are_in(self, game: int, seed: str) -> bool:
        sql = "select event from events where game = ? order by n"
        log = [core.decode(TELEPHONE, line) for (line,) in self.processes.query(sql, (game,))]
        state: State = core.replay(TELEPHONE, seed, log)[0].state
        pages = state.books.turned
        ended = state.phase is Phase.OVER and bool(pages) and len(pages[0]) > 1
        return ended or state.phase in (Phase.ALBUM, Phase.VOTING)

    # -- the end

    async def _end_games(self) -> None:
        """A moderator ends whatever is played."""
        moderator = TestUser(self._playground, "Mod", moderator=True)
        sql = "select id, channel from games where over = 0"
        until = time.monotonic() + _ENDS_WITHIN
        while (left := self.processes.query(sql)) and time.monotonic() < until:
            for game, channel in left:
                moderator.go(self._playground.world.channels[channel])
                try:
                    menu = await moderator.slash("game")
                    if menu.message is not None:
                        await moderator.press(menu.message, f"game:{game}:end")
                except (NoAnswer, InvalidInput) as error:  # it is over, or is asked again
                    self._trace.note("not-ended", error)
            await asyncio.sleep(1.0)

    async def _settle(self) -> None:
        """Give everything the time that it needs; what is left is told by the invariants."""
        until = time.monotonic() + _ENDS_WITHIN
        while time.monotonic() < until:
            await asyncio.sleep(2.0)
            ((due,),) = self.processes.query("select count(*) from promises")
            if not due and not any(invariants.after(self._crowd, self.processes)):
                return

    def _count(self) -> None:
        processes, crowd = self.processes, self._crowd
        query = processes.query
        self.counts |= Counter(
            {
                **{f"kills of {what}": count for what, count in processes.kills.items()},
                "kills": sum(processes.kills.values()),
                "games": query("select count(*) from games")[0][0],
                "events of games": query("select count(*) from events")[0][0],
                "albums": query("select count(*) from albums")[0][0],
                "drawings": query("select count(*) from drawings")[0][0],
                "messages": sum(len(m) for m in self._playground.world.messages.values()),
                "things people did": len(crowd.asked),
                "of them not answered": sum(one.failed for one in crowd.asked),
                "promises": len(crowd.promises),
                "strokes stored": sum(tab.acked for tab in crowd.tabs),
                "slowest boot, in seconds": round(max(processes.boots)),
            }
        )


def _is(asked: Interaction, *names: str) -> bool:
    return any(part in names for part in asked.name.split(":"))


def drawn(chance: random.Random) -> bytes:
    """A PNG of something with a few lines."""
    image = Image.new("RGB", (256, 256), "white")
    pen = ImageDraw.Draw(image)
    for _ in range(4):
        pen.line([(chance.randrange(256), chance.randrange(256)) for _ in range(4)], "black", 6)
    with io.BytesIO() as file:
        image.save(file, "PNG")
        return file.getvalue()


def table(counts: Counter[str], problems: list[str]) -> str:
    """Everything, for people to read."""
    lines = [f"{counts[name]:>10,}  {name}" for name in sorted(counts)]
    return "\n".join([*lines, f"{len(problems):>10,}  things that do not hold", *problems])
