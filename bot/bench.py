"""How long people wait while many play, `python -m bot.bench games`, how fast what they do is
stored, `python -m bot.bench store`, and what servers cost in which nothing happens,
`python -m bot.bench servers`.

Games: the real bot, a playground and its people in one process; a real engine beside it, which
the games themselves keep busy, as in each the bot draws without a break. What is measured is what
a person sees: from sending `/answer` to the bot's acknowledgement, over Discord's protocol.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bot import config
from bot.app import penguess
from bot.client import Penguess
from bot.engine_process import EngineProcess
from bot.kit.errors import UserError
from bot.pictures.renderer import Renderer
from bot.playground.client import point_discord_at
from bot.playground.model.entities import Role
from bot.playground.model.errors import Json
from bot.playground.model.permission import NONE
from bot.playground.model.world import World
from bot.playground.protocol import discord_json
from bot.playground.protocol.interactions import Interaction
from bot.playground.server import Playground
from bot.playground.test_user import NoAnswer, TestUser
from bot.store.database import Store
from engine.client import EngineClient
from games.drawing.turn import Phase
from games.table.table import Stage

ENGINE_STARTS_WITHIN = 240.0  # seconds
LATE = 3.0  # seconds after which Discord takes no answer
_SETTLES_WITHIN = 15.0  # seconds from the login until all servers are known
_TRIES = 5
_STARTS_APART = 0.1  # seconds between lobbies, as nobody opens fifty at once
_EVENT = '{"type": "Guess", "seat": 1, "text": "is it a lighthouse by the sea", "at": 12.345}'
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


async def store(games: int, seconds: float, folder: Path | None) -> int:
    """Let so many games store events as fast as they can, each its next when the last is stored."""
    waits: list[float] = []

    async def play(kept: Store, number: int) -> None:
        game = await kept.add_game("pictionary", guild=number, channel=number)
        count = 0
        while time.monotonic() < until:
            began = time.perf_counter()
            await kept.append(game, count, float(count), _EVENT)
            waits.append(time.perf_counter() - began)
            count += 1

    with tempfile.TemporaryDirectory(prefix="penguess-bench-", dir=folder) as made:
        async with Store(Path(made) / "bench.sqlite3") as kept:
            began, until = time.monotonic(), time.monotonic() + seconds
            await asyncio.gather(*(play(kept, number) for number in range(games)))
            lasted = time.monotonic() - began
    waits.sort()
    half, late = (waits[round(share * (len(waits) - 1))] * 1000 for share in (0.5, 0.99))
    print(f"{len(waits) / lasted:.0f} events a second by {games} games on {made}")
    print(f"an event is stored after p50 {half:.1f} ms, p99 {late:.1f} ms")
    return 0


async def servers(counts: Sequence[int], channels: int, roles: int, seconds: float) -> int:
    """Join so many servers that are quiet, and print what the bot's process takes for them."""
    import psutil

    for count in counts:
        with tempfile.TemporaryDirectory(prefix="penguess-bench-") as folder:
            async with Playground() as playground:
                playground.gateway.other_guilds = [
                    _quiet_guild(playground, channels, roles) for _ in range(count)
                ]
                environment = os.environ | {
                    "DISCORD_TOKEN": playground.token,
                    "PENGUESS_PLAYGROUND_URL": playground.url,
                    "PENGUESS_ENGINE_URL": f"unix:{folder}/none",
                    "PENGUESS_DATA": folder,
                    "PENGUESS_WEB_PORT": "0",
                    "PENGUESS_LOG": "error",
                }
                command = [sys.executable, "-m", "bot"]
                process = await asyncio.create_subprocess_exec(*command, env=environment)
                try:
                    await playground.gateway.identified.wait()
                    await asyncio.sleep(_SETTLES_WITHIN)
                    looked = psutil.Process(process.pid)
                    joined = sum(looked.cpu_times()[:2])
                    await asyncio.sleep(seconds)
                    busy = (sum(looked.cpu_times()[:2]) - joined) / seconds
                    mib = looked.memory_info().rss / 2**20
                finally:
                    process.terminate()
                    await process.wait()
        print(
            f"{count:5} quiet servers of {channels} channels and {roles} roles: {mib:.0f} MiB, "
            f"{joined:.1f} s of a core to start and join, then {busy:.2%} of one",
            flush=True,
        )
    return 0


def _quiet_guild(playground: Playground, channels: int, roles: int) -> Json:
    """A guild as GUILD_CREATE has it; the bot, which has no intent for members, sees itself."""
    world = World(playground.clock, channels=tuple(f"channel-{i}" for i in range(channels)))
    for number in range(roles):
        role = Role(playground.world.new_id(), f"role-{number}", NONE, position=number)
        world.roles[role.id] = role
    guild = discord_json.guild_create_json(world)
    # Ids are made of the time, so those of two guilds may be alike: each gets others.
    fresh = {str(world.bot.id): str(playground.world.bot.id)}

    def renumber(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: v if k == "permissions" else renumber(v) for k, v in value.items()}
        if isinstance(value, list):
            return [renumber(inner) for inner in value]
        if isinstance(value, str) and len(value) > 15 and value.isdecimal():
            return fresh.setdefault(value, str(playground.world.new_id()))
        return value

    return renumber(guild)


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


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    play = commands.add_parser("games", help="many games at once: from guess to acknowledgement")
    play.add_argument("--tables", type=int, default=50, help="games at once (50)")
    play.add_argument("--people", type=int, default=3, help="at each table (3)")
    play.add_argument("--seconds", type=float, default=60.0, help="to play (60)")
    play.add_argument("--every", type=float, default=5.0, help="seconds between a person's guesses")
    keep = commands.add_parser("store", help="events of many games into one database")
    keep.add_argument("--games", type=int, default=50, help="that store at once (50)")
    keep.add_argument("--seconds", type=float, default=5.0, help="to store (5)")
    keep.add_argument("--folder", type=Path, help="on the disk to measure (the one of /tmp)")
    join = commands.add_parser("servers", help="what servers cost where nothing happens")
    join.add_argument("--servers", type=int, nargs="+", default=[0, 500, 2000], help="how many")
    join.add_argument("--channels", type=int, default=30, help="in each (30)")
    join.add_argument("--roles", type=int, default=20, help="in each (20)")
    join.add_argument("--seconds", type=float, default=45.0, help="to watch (45)")
    args = parser.parse_args(argv)
    if args.command == "servers":
        return asyncio.run(servers(args.servers, args.channels, args.roles, args.seconds))
    if args.command == "store":
        return asyncio.run(store(args.games, args.seconds, args.folder))
    return asyncio.run(games(args.tables, args.people, args.seconds, args.every))


if __name__ == "__main__":
    sys.exit(main())
