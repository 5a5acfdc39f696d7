"""CLIPDraw's Table 1 for any model: do drawings keep their score when they are looked at askew?

The ways to raise the cosine between picture and prompt that Frans et al. compare (2022, section 4):
CLIPDraw, CLIPDraw without augmentation, gradient descent on pixels, and, where there are weights
(PENGUESS_BIGGAN, PENGUESS_VQGAN), on what BigGAN and VQGAN make pictures of. Each result is scored
twice, as it stands and as the mean over 64 augmented views.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor

from engine.bench import natural
from engine.bench.tables import show
from engine.paint.painter import Painter, paint
from engine.paint.painters import find
from engine.paint.painters.descent import Descent
from engine.paint.presets import NOTEBOOK
from engine.paint.spec import DrawingSpec
from engine.paint.views import PAPER, homographies, identity, look
from engine.raster import pack, rasterise
from engine.see.critic import Critic, ModelUnavailable, load

# Table 1 of Frans et al. 2022: the prompts, and the mean over ten seeds of the cosine of 64
# augmented views to the prompt, by ViT-B/32. Five figures of pixels are one number in the source.
METHODS = ("CLIPDraw", "pixel optimisation", "BigGAN", "VQGAN", "CLIPDraw, no augmentation")
PAPER_FIGURES = {
    "a drawing of a cat": (0.376, 0.385, 0.325, 0.377, 0.240),
    "a painting of a sunset": (0.390, 0.215, 0.379, 0.379, 0.325),
    "underwater": (0.413, 0.385, 0.327, 0.358, 0.247),
    "sheep wearing a top hat": (0.434, 0.434, 0.321, 0.411, 0.215),
    "a 3D rendering of a temple": (0.467, 0.385, 0.311, 0.430, 0.240),
    "watercolour of a firetruck": (0.507, 0.385, 0.318, 0.457, 0.233),
    "third eye": (0.436, 0.385, 0.323, 0.368, 0.251),
}
"""By prompt, a figure for each of METHODS."""
OTHERS = {"pixel optimisation": "pixels", "BigGAN": "biggan", "VQGAN": "vqgan"}
"""The painters of METHODS that have no strokes."""
PROMPTS = tuple(PAPER_FIGURES)
SCORING_VIEWS = 64


def drawn(
    critic: Critic, prompt: str, seed: int, steps: int, strokes: int, augment: bool
) -> Tensor:
    """CLIPDraw's picture (3, S, S) of a prompt, with the notebook's preset at eight views."""
    painter = Painter(critic, replace(NOTEBOOK, views=8))
    spec = DrawingSpec(
        prompt=prompt,
        strokes=strokes,
        steps=steps,
        ink="paint",
        begin="scribbles",
        seed=seed,
        seeds=1,
        augment=augment,
    )
    *_, last = paint(painter, painter.begin(spec))
    packed = pack([last.drawing])
    return rasterise(*packed)[0].detach()


def descended(critic: Critic, name: str, steps: int, prompt: str, seed: int) -> Tensor:
    """A painter's picture (3, S, S) that has no strokes: the same critic and views."""
    painter = Painter(critic)
    work = painter.begin(DrawingSpec(prompt=prompt, steps=steps, seed=seed, painter=name))
    assert isinstance(work, Descent)  # noqa: S101  what the name stands for
    for _ in range(steps):
        work.advance(lambda: None)
    return work.shown().detach()[0]


@torch.no_grad()
def scores(critic: Critic, image: Tensor, prompt: str) -> tuple[float, float]:
    """The picture's cosine to the prompt as it stands, and its mean over 64 augmented views."""
    target = critic.encode_text([prompt])[0]
    askew = homographies(torch.Generator().manual_seed(1), SCORING_VIEWS, PAPER)
    plain, augmented = (
        float((critic.encode_images(_views(critic, image, views)) @ target).mean())
        for views in (identity(1), askew)
    )
    return plain, augmented


def _views(critic: Critic, image: Tensor, views: Tensor) -> Tensor:
    return look(image[None], views[None], torch.ones(1, 3), critic.view_size)[0]


def run(
    model: str, seeds: int, steps: int, strokes: int, prompts: Sequence[str] = PROMPTS
) -> dict[str, Any]:
    """Mean and standard deviation of both scores for each method, over prompts and seeds."""
    critic = load(model)
    methods: dict[str, Callable[[str, int], Tensor]] = {
        "CLIPDraw": lambda p, s: drawn(critic, p, s, steps, strokes, augment=True),
        "CLIPDraw, no augmentation": lambda p, s: drawn(
            critic, p, s, steps, strokes, augment=False
        ),
    }
    for method, name in OTHERS.items():
        weights = find(name).weights
        if weights is None or weights.missing is None:
            methods[method] = partial(descended, critic, name, steps)
    jobs = [(m, p, s) for m in methods for p in prompts for s in range(seeds)]
    results: dict[str, list[tuple[float, float]]] = {method: [] for method in methods}
    for method, prompt, seed in track(
        jobs, "painting", console=Console(stderr=True), transient=True
    ):
        results[method].append(scores(critic, methods[method](prompt, seed), prompt))
    rows = [
        {"method": method, **_summary(pairs), "by_prompt": _by_prompt(prompts, pairs)}
        for method, pairs in results.items()
    ]
    return {
        "model": model,
        "prompts": list(prompts),
        "seeds": seeds,
        "steps": steps,
        "strokes": strokes,
        "rows": rows,
    }


def _by_prompt(prompts: Sequence[str], pairs: Sequence[tuple[float, float]]) -> dict[str, float]:
    """The mean over seeds of the augmented score; pairs go prompt by prompt."""
    each = len(pairs) // len(prompts)
    parts = (pairs[i * each : (i + 1) * each] for i in range(len(prompts)))
    return {
        prompt: round(statistics.fmean(askew for _, askew in part), 4)
        for prompt, part in zip(prompts, parts, strict=True)
    }


def paper(method: str, prompt: str) -> float | None:
    """The paper's figure, or None where it has none."""
    figures = PAPER_FIGURES.get(prompt)
    return figures[METHODS.index(method)] if figures and method in METHODS else None


def _beside(report: dict[str, Any]) -> Table:
    """What was measured, and in brackets what the paper has, prompt by prompt."""
    title = f"mean cosine over {SCORING_VIEWS} augmented views: {report['model']} (the paper's)"
    caption = "The paper's figures are ViT-B/32's: another model's do not compare with them."
    table = Table(title=title, caption=caption)
    table.add_column("prompt")
    measured = {row["method"]: row["by_prompt"] for row in report["rows"]}
    for method in METHODS:
        table.add_column(method, justify="right")
    for prompt in report["prompts"]:
        cells = []
        for method in METHODS:
            ours = measured.get(method, {}).get(prompt)
            theirs = paper(method, prompt)
            here = "" if ours is None else f"{ours:.3f} "
            cells.append(here + ("" if theirs is None else f"({theirs:.3f})"))
        table.add_row(prompt, *cells)
    return table


def _summary(pairs: Sequence[tuple[float, float]]) -> dict[str, float]:
    summary = {}
    lost = [plain - augmented for plain, augmented in pairs]
    for name, values in zip(
        ("plain", "augmented", "lost"), (*zip(*pairs, strict=True), lost), strict=True
    ):
        summary[name] = round(statistics.fmean(values), 4)
        summary[f"{name}_sd"] = round(statistics.stdev(values), 4) if len(values) > 1 else 0.0
    return summary


def main(argv: Sequence[str]) -> int:
    """`python -m engine bench table1`."""
    parser = argparse.ArgumentParser(prog="python -m engine bench table1", description=__doc__)
    parser.add_argument("--model", default="pocket")
    parser.add_argument("--seeds", type=natural, default=2, help="a prompt (%(default)s)")
    parser.add_argument("--steps", type=natural, default=250)
    parser.add_argument("--strokes", type=natural, default=256)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    try:
        report = run(args.model, args.seeds, args.steps, args.strokes)
    except ModelUnavailable as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(report, indent=2))
        return 0
    table = Table(
        title=f"{args.model}: mean cosine ± sd over {len(PROMPTS)} prompts × {args.seeds} seeds"
    )
    for heading in ("method", "as it stands", f"{SCORING_VIEWS} augmented views", "lost"):
        table.add_column(heading, justify="left" if heading == "method" else "right")
    for row in report["rows"]:
        cells = (
            f"{row[key]:.3f} ± {row[f'{key}_sd']:.3f}" for key in ("plain", "augmented", "lost")
        )
        table.add_row(row["method"], *cells)
    show(table)
    show(_beside(report))
    return 0
