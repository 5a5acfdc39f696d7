"""What `bench device --dry` runs in processes of their own: kernels interpreted, or compiled.

Triton decides when it is imported which of the two it does.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import torch

from engine.bench.device import cubins, parity, standin
from engine.paint.painter import Painter
from engine.paint.presets import HOUSE
from engine.paint.spec import DrawingSpec
from engine.paint.step.batch import Batch
from engine.raster import gpu
from engine.see import critic

SIDE, STROKES = 64, 16  # pixels and strokes of what is compared
STEPS = 2
VIEWS = 2


def interpreted() -> dict[str, Any]:
    """The kernels beside the definition; and whole steps on the stand-in, what they copy and wait
    for counted."""
    here = torch.device("cpu")
    shipped = parity.as_shipped(parity.beginnings(SIDE, STROKES), here)
    defined = parity.as_defined(parity.wild(16, 4), here)
    with standin.kernels_here():
        counted = _steps()
    return {
        **counted,
        "image_max": shipped.most,
        "image_mean": shipped.mean,
        **{f"cos_{n}": c for n, c in zip(parity.GRADIENTS, shipped.cosines, strict=True)},
        "cos_defined": min(defined.cosines),
        "image_defined": defined.most,
        "budget_apart": _with_a_small_budget(),
    }


def _steps() -> dict[str, Any]:
    painter = Painter(critic.load("pocket", standin.DEVICE), replace(HOUSE, views=VIEWS))
    spec = DrawingSpec(prompt="a cat", strokes=2, steps=STEPS, seeds=1, begin="scribbles")
    painter.add(painter.begin(spec))
    batch = Batch(painter.paintings, painter.side, painter.critic)
    standin.log.clear()
    for _ in range(STEPS):
        painter.paint(batch)
    log = standin.log
    return {
        "kernels": log.kernels // STEPS,
        "copies": log.copies,
        "waits": log.waits,
        "places": dict(log.places),
    }


def _with_a_small_budget() -> float:
    """How far a picture and its gradients are from themselves, painted some tiles at a time."""
    scene, here = parity.wild(16, 2), torch.device("cpu")
    whole = parity.painted(gpu.rasterise, scene, here)
    plain = gpu.budget
    gpu.budget = lambda _: 1
    try:
        parts = parity.painted(gpu.rasterise, scene, here)
    finally:
        gpu.budget = plain
    both = zip((whole[0], *whole[1]), (parts[0], *parts[1]), strict=True)
    return max(float((a - b).abs().max()) for a, b in both)


def compiled() -> dict[str, Any]:
    """Registers and spilled bytes of every kernel, by architecture."""
    return {
        f"sm_{architecture}": {
            made.kernel: {"registers": made.registers, "spilled": made.spilled}
            for made in cubins.compiled(architecture)
        }
        for architecture in cubins.ARCHITECTURES
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    parts = {"interpreted": interpreted, "compiled": compiled}
    print(json.dumps(parts[sys.argv[1]]()))
