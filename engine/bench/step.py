"""What one step of painting costs, stage by stage, beside the critic alone as the floor."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from engine.bench import natural
from engine.bench.tables import show
from engine.paint.painter import Painter
from engine.paint.presets import HOUSE, NOTEBOOK, Preset
from engine.paint.spec import DrawingSpec
from engine.raster import warm_up
from engine.see.critic import Critic, load

STAGES = ("rasterise", "augment", "critic forward", "critic backward", "optimiser", "rest")
VIEWS = (5, 10, 20, 40, 80)

# diffvg and CLIP ViT-B-32 as the notebook runs them, one core, measured in another run on another
# machine of the same kind: 4 views, 256 strokes, 224 px.
NOTEBOOK_MS = {"step": 2397.0, "critic": 1396.0}


def measure(model: str, preset: Preset, strokes: int, repeats: int) -> dict[str, Any]:
    """Median milliseconds of a step and of its stages, and of the critic alone in the same run.

    Steps and the critic alone take turns, so that both see the same machine.
    """
    critic = load(model)
    painter = Painter(critic, preset)
    warm_up()
    painter.add(painter.begin(_spec(strokes, repeats + 4)))
    steps, floors, stages = [], [], {stage: [] for stage in STAGES}
    for turn in range(repeats + 2):
        painter.stopwatch.clear()
        began = time.perf_counter()
        painter.step()
        took = time.perf_counter() - began
        floor = _critic_alone(critic, preset.views)
        if turn < 2:  # the first calls of everything
            continue
        steps.append(took)
        floors.append(floor)
        for stage in STAGES:
            stages[stage].append(painter.stopwatch.seconds[stage])
    medians = {stage: _ms(values) for stage, values in stages.items()}
    overhead = sum(medians[s] for s in STAGES if not s.startswith("critic"))
    own_critic = medians["critic forward"] + medians["critic backward"]
    return {
        "model": model,
        "strokes": strokes,
        "views": preset.views,
        "side": critic.view_size,
        "threads": torch.get_num_threads(),
        "step_ms": _ms(steps),
        "critic_alone_ms": _ms(floors),
        "stages_ms": medians,
        "everything_else_to_critic": round(overhead / own_critic, 4),
    }


def by_views(model: str, counts: Sequence[int], repeats: int) -> list[dict[str, Any]]:
    """Median milliseconds a view of the critic's forward and backward, by views in one pass.

    On one thread and on two. What many views gain over few is all that painting drawings together
    can gain from the critic.
    """
    critic = load(model)
    threads, rows = torch.get_num_threads(), []
    for used in (1, 2):
        torch.set_num_threads(used)
        _critic_alone(critic, max(counts))  # the first of everything
        for views in counts:
            taken = [_critic_alone(critic, views) / views for _ in range(repeats)]
            rows.append({"threads": used, "views": views, "ms_a_view": _ms(taken)})
    torch.set_num_threads(threads)
    return rows


def _spec(strokes: int, steps: int) -> DrawingSpec:
    return DrawingSpec(
        prompt="a cat", strokes=strokes, steps=steps, ink="paint", begin="scribbles", seeds=1
    )


def _critic_alone(critic: Critic, views: int) -> float:
    """Seconds of the critic's forward and backward on as many views, and nothing else."""
    images = torch.rand(views, 3, critic.view_size, critic.view_size, requires_grad=True)
    began = time.perf_counter()
    critic.encode_images(images).sum().backward()
    return time.perf_counter() - began


def _ms(seconds: Sequence[float]) -> float:
    return round(statistics.median(seconds) * 1000, 3)


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench step`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench step", description=__doc__)
    parser.add_argument("--repeats", type=natural, default=20, help="steps (%(default)s)")
    parser.add_argument("--threads", type=natural, default=1, help="of torch (%(default)s)")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    rows = [
        measure("pocket", HOUSE, 32, args.repeats),
        measure("ViT-B-32:untrained", replace(NOTEBOOK, views=4), 256, max(3, args.repeats // 4)),
    ]
    views = by_views("pocket", VIEWS, max(3, args.repeats // 4))
    if args.json:
        report = {"steps": rows, "critic_by_views": views, "notebook_other_run_ms": NOTEBOOK_MS}
        print(json.dumps(report, indent=2))
        return 0
    table = Table(title=f"one step of painting, median ms, {args.threads} thread(s)")
    for heading in ("model", "strokes", "views", *STAGES, "step", "critic alone", "else / critic"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            row["model"],
            str(row["strokes"]),
            str(row["views"]),
            *(f"{row['stages_ms'][stage]:.2f}" for stage in STAGES),
            f"{row['step_ms']:.1f}",
            f"{row['critic_alone_ms']:.1f}",
            f"{row['everything_else_to_critic']:.1%}",
        )
    alone = Table(title="pocket alone, forward and backward, ms a view by views in one pass")
    for heading in ("threads", *map(str, VIEWS)):
        alone.add_column(heading, justify="right")
    for used in (1, 2):
        cells = (f"{row['ms_a_view']:.2f}" for row in views if row["threads"] == used)
        alone.add_row(str(used), *cells)
    console = Console()
    show(table)
    show(alone)
    console.print(
        "The notebook's loop (diffvg, CLIP with gradients for its weights) on the second row's "
        f"work: {NOTEBOOK_MS['step']:.0f} ms a step, {NOTEBOOK_MS['critic']:.0f} of it CLIP; one "
        "core, measured in another run."
    )
    return 0
