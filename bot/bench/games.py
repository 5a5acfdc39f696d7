"""How long people wait while many play.

The real bot, a playground and its people in one process; a real engine beside it, which the games
themselves keep busy, as in each the bot draws without a break. What is measured is what a person
sees: from sending `/answer` to the bot's acknowledgement, over Discord's protocol.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot import config
from bot.app import penguess
from bot.client import Penguess
from bot.engine_process import EngineProcess
from bot.kit.errors import UserError
from bot.pictures.renderer import Renderer
from bot.playground.client import point_discord_at
from bot.playground.protocol.interaction import Interaction
from bot.playground.server import Playground
from bot.playground.test_user import NoAnswer, TestUser
from bot.store.database import Store
from engine.client import EngineClient
from games.drawing.turn import Phase
from games.table.table import Stage

ENGINE_STARTS_WITHIN = 240.0  # seconds
LATE = 3.0  # seconds after which Discord takes no answer
_TRIES = 5
_STARTS_APART = 0.1  # seconds between lobbies, as nobody opens fifty at once
_WORDS = ("a house", "zebra", "is it a boat", "umbrella?", "rocket", "the moon", "cheese", "robot")


class Table:
    """One channel in which `people` play; `waits` are the seconds from guess to answer."""

    def __init__(self, playground: Playground, number: int, people: int, rng: random.Random):
        channel = playground.world.add_channel(f"table-{number}")
        self.people = [TestUser(playground, f"P{number}-{seat}") for seat in range(people)]
        for person in self.people:
            person.go(channel)
        self.waits: list[float] = []
        self.outcomes: Counter[str] = Counter()
        self._rng = rng

    async def open(self, bot: Penguess) -> None:
        """Open a lobby, sit down and start; who gets no answer in time asks again."""
        host, *others = self.people
        options = {"mode": "bot-draws", "rounds": 20, "time": 60, "strokes": 16}
        here = host.here.id
        await _surely(
            lambda: host.slash("pictionary", **options),
            lambda: bool(host.sees()) and _is_open(bot, here),
        )
        lobby = host.sees()[-1]
        game = bot.open_games.in_channel(here)
        for person in others:
            seat = str(person.user.id)
            await _surely(
                lambda person=person: person.press(lobby, "Join"),
                lambda seat=seat: game.table.seats.has(seat),
            )
        await _surely(lambda: host.press(lobby, "Start"), lambda: game.table.stage is Stage.PLAYING)

    async def play(self, bot: Penguess, until: float, every: float) -> None:
        """Let everybody guess about every `every` seconds, one time in ten rightly."""
        await asyncio.gather(*(self._guess(person, bot, until, every) for person in self.people))

    async def _guess(self, person: TestUser, bot: Penguess, until: float, every: float) -> None:
        while True:
            await asyncio.sleep(self._rng.uniform(0, 2 * every))
            if time.monotonic() >= until:
                return
            try:
                state = bot.open_games.in_channel(person.here.id).play.state
            except UserError:
                self.outcomes["the game was over"] += 1
                return
            word = self._rng.choice(_WORDS)
            if state.phase is Phase.DRAWING and self._rng.random() < 0.1:
                word = state.turn.word.text
            began = time.perf_counter()
            asked = person.call("answer", word=word)
            await asked.settled.wait()
            self.waits.append(time.perf_counter() - began)
            self.outcomes["not answered" if asked.failed else _outcome(asked)] += 1


def _is_open(bot: Penguess, channel: int) -> bool:
    """Is there a lobby in a channel? One whose answer came too late is gone again."""
    try:
        return bot.open_games.in_channel(channel).table.stage is Stage.LOBBY
    except UserError:
        return False


async def _surely(ask: Callable[[], Awaitable[object]], holds: Callable[[], bool]) -> None:
    """Ask until something holds. Raises NoAnswer if it never does."""
    for left in reversed(range(_TRIES)):
        try:
            await ask()
        except NoAnswer:
            if left == 0:
                raise
        await asyncio.sleep(0.05)
        if holds():
            return
    raise NoAnswer("asked often, and nothing came of it")


def _outcome(asked: Interaction) -> str:
    text = asked.message.text if asked.message else ""
    for sign, outcome in (("That's it", "right"), ("close", "close"), ("It isn't", "wrong")):
        if sign in text:
            return outcome
    return "between turns"


async def games(tables: int, people: int, seconds: float, every: float) -> int:
    """Play, and print how long answers took. Returns 1 if one came too late."""
    async with _bot() as (playground, bot):
        rng = random.Random(1)
        all_tables = [Table(playground, number, people, rng) for number in range(tables)]
        for table in all_tables:
            await table.open(bot)
            await asyncio.sleep(_STARTS_APART)
        print(
            f"{len(bot.open_games.runners)} games under way, {tables * people} people", flush=True
        )
        began, busy = time.monotonic(), time.process_time()
        until = began + seconds
        await asyncio.gather(*(table.play(bot, until, every) for table in all_tables))
        lasted = time.monotonic() - began
        busy = time.process_time() - busy
        print(f"bot, playground and people took {busy / lasted:.2f} of a core")
        drawn = sum(len(host.play.state.used) for host in bot.open_games.runners)
        late = _report(all_tables, lasted, drawn)
        print(f"load of the machine: {os.getloadavg()[0]:.1f}")
        if playground.violations:
            print(f"violations of Discord's rules: {playground.violations}")
        return 1 if late or playground.violations else 0


def _report(tables: Sequence[Table], lasted: float, drawn: int) -> int:
    waits = sorted(wait for table in tables for wait in table.waits)
    outcomes = sum((table.outcomes for table in tables), Counter[str]())
    late = sum(wait > LATE for wait in waits) + outcomes["not answered"]
    print(f"{len(waits)} guesses in {lasted:.0f} s ({len(waits) / lasted:.1f} a second)")
    print("  ".join(f"{name}: {count}" for name, count in outcomes.most_common()))
    print(f"words that were drawn: {drawn}")
    for share in (50, 90, 99, 100):
        at = min(len(waits) - 1, round(len(waits) * share / 100))
        print(f"p{share:<4} {waits[at] * 1000:7.0f} ms")
    print(f"answered after {LATE:.0f} s or not at all: {late}")
    return late


@asynccontextmanager
async def _bot() -> AsyncIterator[tuple[Playground, Penguess]]:
    """A bot in a playground, with an engine of its own or that of PENGUESS_ENGINE_URL."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="penguess-bench-"))
        settings = config.load(data=Path(folder))
        address = settings.engine_url
        if address is None:
            process = EngineProcess(settings.model)
            process.start()
            stack.push_async_callback(process.stop)
            address = process.address
        engine = await stack.enter_async_context(EngineClient(address))
        async with asyncio.timeout(ENGINE_STARTS_WITHIN):
            while not await engine.ready():  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.2)
        store = await stack.enter_async_context(Store(settings.database))
        renderer = Renderer()
        stack.callback(renderer.close)
        await renderer.warm_up()
        playground = await stack.enter_async_context(Playground())
        stack.enter_context(point_discord_at(playground.url))
        bot = penguess(settings, store, engine, renderer)
        joining = asyncio.create_task(bot.start(playground.token))
        stack.push_async_callback(asyncio.wait, {joining})
        stack.push_async_callback(bot.close)
        await asyncio.wait(
            {joining, asyncio.create_task(bot.wait_until_ready())},
            return_when=asyncio.FIRST_COMPLETED,
        )
        yield playground, bot
