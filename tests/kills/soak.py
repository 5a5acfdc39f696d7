"""`python -m tests.kills.soak --minutes 30`: the same people, and nobody is killed.

What bot and engine hold on to is looked at: memory, descriptors, threads, tasks.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import psutil

from bot.playground.server import Playground
from tests.kills.campaign import Campaign, table
from tests.kills.processes import Processes

_EVERY = 5.0  # seconds between looks
_WINDOW = 24  # looks that are taken together: two minutes
_TASKS = re.compile(rb"^penguess_bot_tasks ([0-9.]+)", re.MULTILINE)


async def look(processes: Processes, session: aiohttp.ClientSession) -> dict[str, float]:
    """What the processes hold on to now."""
    found: dict[str, float] = {}
    for name, pid in processes.pids.items():
        process = psutil.Process(pid)
        found[f"{name}, MiB"] = process.memory_info().rss / 2**20
        found[f"{name}, descriptors"] = process.num_fds()
        found[f"{name}, threads"] = process.num_threads()
    async with session.get(f"{processes.pad}/metrics") as answer:
        tasks = _TASKS.search(await answer.read())
    if tasks is not None:
        found["bot, tasks"] = float(tasks[1])
    return found


async def soak(campaign: Campaign, minutes: float, warm_up: float) -> None:
    """Look for so many minutes after the first ones, and print the medians as it goes."""
    seen: list[dict[str, float]] = []
    until = time.monotonic() + 60 * (minutes + warm_up)
    async with aiohttp.ClientSession() as session:
        await asyncio.sleep(60 * warm_up)
        while time.monotonic() < until:
            try:
                seen.append(await look(campaign.processes, session))
            except (TimeoutError, aiohttp.ClientError) as error:
                print(f"no look: {error!r}", flush=True)
            await asyncio.sleep(_EVERY)
            if len(seen) % _WINDOW == 0:
                print(_medians(seen[-_WINDOW:]), flush=True)
    first, last = _medians(seen[:_WINDOW]), _medians(seen[-_WINDOW:])
    print(f"{'':24}{'first':>10}{'last':>10}")
    for name in first:
        print(f"{name:24}{first[name]:>10.0f}{last.get(name, 0):>10.0f}")


def _medians(looks: list[dict[str, float]]) -> dict[str, float]:
    names = looks[0] if looks else {}
    return {name: statistics.median(one.get(name, 0.0) for one in looks) for name in names}


async def run(minutes: float, warm_up: float, tables: int) -> int:
    """Returns the exit code: 1 if anything did not hold."""
    with tempfile.TemporaryDirectory(prefix="penguess-soak-") as folder:
        async with Playground(lenient=True) as playground:
            campaign = Campaign(playground, Path(folder), seed=1, tables=tables)
            await campaign.run(lambda one: soak(one, minutes, warm_up))
    print(table(campaign.counts, campaign.problems))
    return 1 if campaign.problems else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kills.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="to look (%(default)s)")
    parser.add_argument("--warm-up", type=float, default=4.0, help="minutes before (%(default)s)")
    parser.add_argument("--tables", type=int, default=4, help="games at once (%(default)s)")
    args = parser.parse_args()
    return asyncio.run(run(args.minutes, args.warm_up, args.tables))


if __name__ == "__main__":
    sys.exit(main())
