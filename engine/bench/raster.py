"""The rasteriser: how exact it is, how exact its gradients are, and how fast both come."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor

from engine.bench import natural
from engine.bench.scenes import VARIABLE, Reference, clipdraw, loss, references
from engine.bench.tables import show
from engine.raster import Packed, diffvg, pack, rasterise, warm_up

# diffvg with the notebook's samples, CPU, one idle core, forward and backward, ms by strokes; of
# another run (docs/diffvg.md), in which ours took .15, .34, 1.23 and 2.40. It is on no registry.
DIFFVG_MS = {16: 161.0, 64: 204.0, 256: 360.0, 512: 589.0}
DIFFVG_SAMPLES = (diffvg.NOTEBOOK_SAMPLES, diffvg.SAMPLES)


def parity(reference: Reference, backend: str) -> dict[str, Any]:
    """Errors of the image against brute force, and cosines of the gradients where known."""
    leaves, packed = _leaves(pack([reference.drawing]))
    images = rasterise(*leaves, packed.layout, packed.background, backend)
    error = np.abs(images[0].detach().permute(1, 2, 0).numpy() - reference.exact)
    row: dict[str, Any] = {
        "scene": reference.name,
        "backend": backend,
        "mean": float(error.mean()),
        "p99.9": float(np.quantile(error, 0.999)),
        "max": float(error.max()),
    }
    if reference.gradients:
        by_points, by_widths, by_colours = torch.autograd.grad(loss(images), leaves)
        ours = (by_points, by_widths * 2, by_colours)
        for name, mine, theirs in zip(
            ("points", "widths", "colours"), ours, reference.gradients, strict=True
        ):
            row[f"cos_{name}"] = _cosine(mine.numpy(), theirs)
    return {key: round(v, 5) if isinstance(v, float) else v for key, v in row.items()}


def speed(name: str, packed: Packed, repeats: int, slow_repeats: int) -> dict[str, Any]:
    """Least and median ms of forward and backward; the two backends take turns."""
    times: dict[str, list[float]] = {"cpu": [], "reference": []}
    for turn in range(repeats):
        times["cpu"].append(_once(packed, partial(rasterise, backend="cpu")))
        if turn < slow_repeats:
            times["reference"].append(_once(packed, partial(rasterise, backend="reference")))
    row: dict[str, Any] = {"scene": name, "strokes": packed.layout.strokes_count}
    for backend, seconds in times.items():
        row[f"{backend}_min_ms"] = round(min(seconds) * 1000, 3)
        row[f"{backend}_median_ms"] = round(float(np.median(seconds)) * 1000, 3)
    row["ratio"] = round(row["reference_median_ms"] / row["cpu_median_ms"], 1)
    if diffvg.available():
        for samples in DIFFVG_SAMPLES:
            took = _once(packed, partial(_by_diffvg, samples=samples))
            row[f"diffvg_{samples}x{samples}_ms"] = round(took * 1000, 1)
    return row


def _by_diffvg(*arguments: Any, samples: int) -> Tensor:
    points, widths, colours, layout, background = arguments
    paper = background[:, :, None, None].expand(-1, -1, layout.height, layout.width)
    return diffvg.rasterise(points, widths, colours, layout, paper, samples)


def _once(packed: Packed, painted: Callable[..., Tensor]) -> float:
    leaves, packed = _leaves(packed)
    gradient = torch.ones(1, 3, packed.layout.height, packed.layout.width)
    began = time.perf_counter()
    images = painted(*leaves, packed.layout, packed.background)
    torch.autograd.grad(images, leaves, gradient)
    return time.perf_counter() - began


def _leaves(packed: Packed) -> tuple[tuple[Tensor, Tensor, Tensor], Packed]:
    points, widths, colours = (v.detach().clone().requires_grad_() for v in packed[:3])
    return (points, widths, colours), packed


def _cosine(mine: np.ndarray, theirs: np.ndarray) -> float:
    known = np.isfinite(theirs)
    a, b = mine[known].astype(np.float64), theirs[known].astype(np.float64)
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def run(repeats: int, slow_repeats: int = 3) -> dict[str, Any]:
    """Everything that the bench prints."""
    began = time.perf_counter()
    warm_up()
    compiled = time.perf_counter() - began
    scenes = references()
    exact = [parity(scene, backend) for scene in scenes for backend in ("cpu", "reference")]
    timed = [(f"notebook's beginning, {n}", clipdraw(n)) for n in (16, 64, 256, 512)]
    timed += [(s.name, pack([s.drawing])) for s in scenes if s.name.startswith(("s07", "s08"))]
    threads = torch.get_num_threads()
    rows = []
    for count in sorted({1, max(1, threads)}):
        torch.set_num_threads(count)
        rows += [
            {**speed(name, packed, repeats, slow_repeats), "threads": count}
            for name, packed in timed
        ]
    torch.set_num_threads(threads)
    return {
        "warm_up_seconds": round(compiled, 2),
        "parity": exact,
        "speed": rows,
        "diffvg_other_run_ms": DIFFVG_MS,
    }


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench raster`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench raster", description=__doc__)
    parser.add_argument("--repeats", type=natural, default=100, help="of the fast (%(default)s)")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    report = run(args.repeats)
    if args.json:
        print(json.dumps(report, indent=2))
        return 0
    console = Console()
    if report["parity"]:
        show(_parity_table(report["parity"]))
    else:
        console.print(f"No reference scenes: {VARIABLE} is not set.")
    show(_speed_table(report["speed"]))
    console.print(f"Compiling, or loading from the cache: {report['warm_up_seconds']} s.")
    return 0


def _parity_table(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(title="against brute force: errors of the image, cosines of the gradients")
    columns = (
        "scene",
        "backend",
        "mean",
        "p99.9",
        "max",
        "cos_points",
        "cos_widths",
        "cos_colours",
    )
    for column in columns:
        table.add_column(column.replace("cos_", ""), justify="right")
    for row in rows:
        table.add_row(*(str(row.get(column, "")) for column in columns))
    return table


def _speed_table(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(title="forward and backward at 224 px, ms")
    for heading in ("scene", "threads", "least", "median", "reference", "reference / ours"):
        table.add_column(heading, justify="right")
    here = [f"diffvg_{n}x{n}_ms" for n in DIFFVG_SAMPLES]
    same_run = any(key in row for row in rows for key in here)
    if same_run:
        for n in DIFFVG_SAMPLES:
            table.add_column(f"diffvg, {n} x {n} samples", justify="right")
    else:
        n = diffvg.NOTEBOOK_SAMPLES
        table.add_column(f"diffvg, {n} x {n} samples, in another run", justify="right")
    for row in rows:
        theirs = [row.get(key, "") for key in here]
        if not same_run:
            known = row["scene"].startswith("note") and row["threads"] == 1
            theirs = [DIFFVG_MS.get(row["strokes"], "") if known else ""]
        figures = (row["cpu_min_ms"], row["cpu_median_ms"], row["reference_median_ms"])
        cells = (f"{figure:.2f}" for figure in figures)
        table.add_row(
            *(row["scene"], str(row["threads"]), *cells, f"{row['ratio']:.0f}"),
            *(str(value) for value in theirs),
        )
    return table
