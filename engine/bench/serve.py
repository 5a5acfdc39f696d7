"""Many drawings at once beside the same number one after another, and guesses under that load.

A server process is started as an operator starts it; everything is measured by its client. While
drawings are painted somebody guesses, again and again.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import math
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console
from rich.table import Table

from engine.bench import natural
from engine.bench.tables import show
from engine.canvas.drawing import Drawing
from engine.client import EngineClient
from engine.paint.spec import DrawingSpec
from engine.serve.api import Cancelled, Failed, Progress

PROMPTS = (
    "a cat",
    "a house",
    "a sailing boat",
    "a tree",
    "an umbrella",
    "a bicycle",
    "a fish",
    "a castle",
    "a guitar",
    "a mushroom",
    "a rocket",
    "a snail",
    "a teapot",
    "a windmill",
    "a key",
    "a cactus",
)
STAGES = ("rasterise", "augment", "critic forward", "critic backward", "optimiser", "rest")

_GUESS_PAUSE = 0.1  # seconds between an answer and the next guess


async def measure(model: str, threads: int, counts: Sequence[int], steps: int) -> dict[str, Any]:
    """One server with so many threads; a row for each count."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "engine.sock"
        command = ("-m", "engine", "serve", "--uds", str(path), "--model", model)
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
        process = await asyncio.create_subprocess_exec(sys.executable, *command, env=environment)
        try:
            async with EngineClient(f"unix:{path}", patience=120) as client:
                await client.models()
                await _one(client, 0, 5, [])  # the first of everything
                idle = await _guesses_for(client, 3.0)
                rows = []
                for count in counts:
                    rows.append(await _row(client, path, count, steps))
                    print(json.dumps(rows[-1]), file=sys.stderr)  # lest an interruption lose it
        finally:
            with contextlib.suppress(ProcessLookupError):  # it ended by itself, and said why
                process.terminate()
            await process.wait()
    return {
        "model": model,
        "threads": threads,
        "steps": steps,
        "guess_idle_ms": _quantiles(idle),
        "rows": rows,
    }


async def _row(client: EngineClient, path: Path, count: int, steps: int) -> dict[str, Any]:
    one_by_one, _ = await _timed(client, count, steps, together=False)
    before = await _stages(path)
    together, load = await _timed(client, count, steps, together=True)
    after = await _stages(path)
    spent = {stage: after.get(stage, 0.0) - before.get(stage, 0.0) for stage in STAGES}
    total = sum(spent.values()) or 1.0
    return {
        "drawings": count,
        "together_s": round(together, 2),
        "one_after_another_s": round(one_by_one, 2),
        "throughput_ratio": round(one_by_one / together, 3),
        "first_preview_s": {
            "median": round(statistics.median(load["first"]), 3),
            "last": round(max(load["first"]), 3),
        },
        "guess_ms": _quantiles(load["guesses"]),
        "guesses": len(load["guesses"]),
        "share_of_step": {stage: round(s / total, 4) for stage, s in spent.items()},
    }


async def _timed(
    client: EngineClient, count: int, steps: int, *, together: bool
) -> tuple[float, dict[str, list[float]]]:
    """Seconds for so many drawings, with somebody guessing meanwhile."""
    first: list[float] = []
    guessing = asyncio.create_task(_guess_on(client, guesses := []))
    began = time.perf_counter()
    drawings = [_one(client, i, steps, first) for i in range(count)]
    try:
        if together:
            await asyncio.gather(*drawings)
        else:
            for drawing in drawings:
                await drawing
        took = time.perf_counter() - began
    finally:
        guessing.cancel()
        await asyncio.gather(guessing, return_exceptions=True)
    return took, {"first": first, "guesses": guesses}


async def _one(client: EngineClient, number: int, steps: int, first: list[float]) -> None:
    """One drawing to its end; notes the seconds until its first painted step was there."""
    began = time.perf_counter()
    spec = DrawingSpec(prompt=PROMPTS[number % len(PROMPTS)], steps=steps, seed=number)
    shown = None
    async for event in client.draw(spec, client=str(number)):
        if isinstance(event, Progress) and event.step and shown is None:
            shown = time.perf_counter() - began
        if isinstance(event, Failed | Cancelled):
            raise RuntimeError(f"drawing {number} was {event.type}; see the server's lines above")
    first.append(time.perf_counter() - began if shown is None else shown)


async def _guesses_for(client: EngineClient, seconds: float) -> list[float]:
    taken: list[float] = []
    task = asyncio.create_task(_guess_on(client, taken))
    await asyncio.sleep(seconds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return taken


async def _guess_on(client: EngineClient, taken: list[float]) -> None:
    """Guess people's kind of strokes among the words that ship, until cancelled."""
    rng = random.Random(0)
    while True:
        sheet = _scribble(rng)
        began = time.perf_counter()
        await client.guess(sheet)
        taken.append(time.perf_counter() - began)
        await asyncio.sleep(_GUESS_PAUSE)


def _scribble(rng: random.Random) -> Drawing:
    strokes = [
        {
            "points": [[rng.uniform(20, 492), rng.uniform(20, 492)] for _ in range(13)],
            "width": 8,
            "colour": [0, 0, 0, 1],
        }
        for _ in range(5)
    ]
    sheet = {"version": 1, "width": 512, "height": 512, "background": [1, 1, 1]}
    return Drawing.from_dict({**sheet, "strokes": strokes})


async def _stages(path: Path) -> dict[str, float]:
    """Seconds spent in each stage of all steps so far."""
    connector = aiohttp.UnixConnector(str(path))
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        session.get("http://engine/metrics") as response,
    ):
        families = text_string_to_metric_families(await response.text())
    return {
        sample.labels["stage"]: sample.value
        for family in families
        for sample in family.samples
        if sample.name == "penguess_step_stage_seconds_total"
    }


def _quantiles(seconds: Sequence[float]) -> dict[str, float] | None:
    if len(seconds) < 2:
        return None
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {"p50": round(cuts[49] * 1000, 1), "p99": round(cuts[98] * 1000, 1)}


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench serve`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench serve", description=__doc__)
    parser.add_argument("--model", default=os.environ.get("PENGUESS_MODEL") or "pocket")
    parser.add_argument("--steps", type=natural, default=100, help="of each drawing (%(default)s)")
    parser.add_argument("--counts", type=natural, nargs="+", default=[1, 2, 4, 8, 16], metavar="N")
    parser.add_argument("--threads", type=natural, nargs="+", default=[1, 2], metavar="N")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    # So that the server goes too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    reports = [
        asyncio.run(measure(args.model, threads, args.counts, args.steps))
        for threads in args.threads
    ]
    if args.json:
        print(json.dumps({"serve": reports}, indent=2))
        return 0
    for report in reports:
        _print(report)
    return 0


def _print(report: dict[str, Any]) -> None:
    title = f"{report['model']}, {report['threads']} thread(s), {report['steps']} steps a drawing"
    times, split = Table(title=title), Table(title="where the steps' time goes")
    for heading in ("drawings", "one by one s", "together s", "ratio", "1st preview s", "last's s"):
        times.add_column(heading, justify="right")
    for heading in ("guess p50 ms", "p99 ms"):
        times.add_column(heading, justify="right")
    for heading in ("drawings", *STAGES):
        split.add_column(heading, justify="right")
    for row in report["rows"]:
        guesses = row["guess_ms"] or {"p50": math.nan, "p99": math.nan}
        times.add_row(
            str(row["drawings"]),
            f"{row['one_after_another_s']:.1f}",
            f"{row['together_s']:.1f}",
            f"{row['throughput_ratio']:.2f}",
            f"{row['first_preview_s']['median']:.2f}",
            f"{row['first_preview_s']['last']:.2f}",
            f"{guesses['p50']:.0f}",
            f"{guesses['p99']:.0f}",
        )
        shares = (f"{row['share_of_step'][stage]:.1%}" for stage in STAGES)
        split.add_row(str(row["drawings"]), *shares)
    console = Console()
    show(times)
    show(split)
    idle = report["guess_idle_ms"]
    if idle:
        console.print(
            f"A guess on the idle engine: p50 {idle['p50']:.0f} ms, p99 {idle['p99']:.0f}."
        )
