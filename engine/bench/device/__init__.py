"""`python -m engine bench device`: what the engine does on this GPU, and how long it takes there.

On a machine with an NVIDIA GPU: the kernels beside the definition and from run to run, views, the
critic (as it is, as a graph, compiled), and whole steps of 1, 8 and 32 drawings of 256 strokes with
8 views each, beside the same steps on the CPU. `--dry` needs no GPU: kernels interpreted, steps on
the stand-in accelerator, and kernels compiled for real GPUs. It exits with 1 where a bound is
broken.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch

from engine.bench.device import parity
from engine.device import DeviceUnavailable, choose
from engine.paint.painter import Painter
from engine.paint.presets import HOUSE
from engine.paint.spec import DrawingSpec
from engine.paint.step.batch import Batch
from engine.paint.views import homographies, look
from engine.raster import gpu, pack
from engine.see import critic as critics

# What the issue of a GPU engine asks for: at most, and at least.
MOST = {"copies": 0, "waits": 0, "image_max": 2e-2, "image_mean": 3e-4, "budget_apart": 1e-4}
LEAST = {"cos_points": 0.985, "cos_widths": 0.995, "cos_colours": 0.999, "cos_defined": 0.9999}
DRAWINGS = (1, 8, 32)
STROKES, VIEWS = 256, 8
PRESET = replace(HOUSE, views=VIEWS, patience=None)
MODELS = ("pocket", "ViT-B-32:untrained", "ViT-L-14:untrained")
CPU_SECONDS = 60.0  # no larger batch is tried on the CPU once a step has taken so long


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m engine bench device", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--dry", action="store_true", help="without a GPU")
    parser.add_argument("--device", default="cuda", help="which GPU (%(default)s)")
    args = parser.parse_args(arguments)
    if args.dry:
        found = dry()
    else:
        try:
            found = measured(choose(args.device, MODELS[-1]))
        except DeviceUnavailable as error:
            raise DeviceUnavailable(f"{error}; --dry needs no GPU") from error
    found["broken"] = broken(found)
    print(json.dumps(found, indent=None if args.json else 2))
    return 1 if found["broken"] else 0


def broken(found: dict[str, Any]) -> list[str]:
    """The bounds that do not hold."""
    said = [f"{n} is {found[n]:.3g}, over {m:g}" for n, m in MOST.items() if found.get(n, 0) > m]
    said += [f"{n} is {found[n]:.6f}, below {m}" for n, m in LEAST.items() if found.get(n, 1) < m]
    for architecture, kernels in found.get("cubins", {}).items():
        for kernel, used in kernels.items():
            if used["spilled"]:
                said.append(f"{kernel} spills {used['spilled']} bytes on {architecture}")
    return said


def dry() -> dict[str, Any]:
    """Everything that can be seen without a GPU."""
    found = _apart("interpreted", TRITON_INTERPRET="1")
    return {**found, "cubins": _apart("compiled", TRITON_INTERPRET="0")}


def _apart(part: str, **variables: str) -> dict[str, Any]:
    """A part of dry_run.py in a process of its own."""
    done = subprocess.run(  # noqa: S603  ourselves
        [sys.executable, "-m", "engine.bench.device.dry_run", part],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{part}: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measured(device: torch.device) -> dict[str, Any]:
    """Everything that a GPU can tell, in some minutes; what a part raises stands in its place."""
    found: dict[str, Any] = {
        "torch": torch.__version__,
        "device": torch.cuda.get_device_name(device),
        "cores": os.cpu_count(),
    }
    if not gpu.available(device):
        raise DeviceUnavailable(f"Triton is missing: nothing is rasterised on {device}")
    found |= _parity(device)
    found["look_ms"] = {n: _look(device, n) for n in DRAWINGS}
    for name in MODELS:
        found[name] = {"critic_ms": _tried(_critic, name, device)}
        for where in (device, torch.device("cpu")):
            found[name][where.type] = _tried(_steps, name, where)
    return found


def _tried(part: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return part(*arguments)
    except (RuntimeError, critics.ModelUnavailable) as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"


def _parity(device: torch.device) -> dict[str, Any]:
    scene = parity.beginnings(64, 16)
    shipped, defined = parity.as_shipped(scene, device), parity.as_defined(scene, device)
    once, again = (parity.painted(gpu.rasterise, scene, device)[1] for _ in range(2))
    return {
        "image_max": shipped.most,
        "image_mean": shipped.mean,
        **{f"cos_{n}": c for n, c in zip(parity.GRADIENTS, shipped.cosines, strict=True)},
        "cos_defined": min(defined.cosines),
        "run_to_run": [float((a - b).abs().max()) for a, b in zip(once, again, strict=True)],
    }


def _ms(device: torch.device, painting: Callable[[], Any], times: int = 10) -> float:
    """The median of several runs, in milliseconds."""

    def wait() -> None:
        if device.type == "cuda":
            torch.cuda.synchronize(device)

    for _ in range(3 if device.type == "cuda" else 1):
        painting()
    took = []
    for _ in range(times):
        wait()
        began = time.perf_counter()
        painting()
        wait()
        took.append((time.perf_counter() - began) * 1e3)
    return round(statistics.median(took), 3)


def _look(device: torch.device, drawings: int) -> float:
    """Views of so many canvases of 224 pixels, there and back."""
    generator = torch.Generator().manual_seed(0)
    views = homographies(generator, drawings * VIEWS, PRESET.look).to(device)
    views = views.reshape(drawings, VIEWS, 3, 3)
    images = torch.rand(drawings, 3, 224, 224, device=device, requires_grad=True)
    ground = torch.ones(drawings, 3, device=device)
    upstream = torch.ones(drawings, VIEWS, 3, 224, 224, device=device)
    return _ms(
        device, lambda: torch.autograd.grad(look(images, views, ground, 224), images, upstream)
    )


def _critic(name: str, device: torch.device) -> dict[str, Any]:
    """The critic there and back, by views at once; as it is, recorded, and compiled."""
    rows: dict[str, Any] = {}
    for compiled in (False, True):
        critic = critics.load(name, device, compiled=compiled)
        for views in (VIEWS, 64):
            pictures = torch.rand(views, 3, critic.view_size, critic.view_size, device=device)

            def step(critic: critics.Critic = critic, pictures: torch.Tensor = pictures) -> None:
                leaf = pictures.detach().requires_grad_()
                torch.autograd.grad(critic.encode_images(leaf).sum(), leaf)

            key = f"{views} views{', compiled' if compiled else ''}"
            rows[key] = _ms(device, step)
            rows[f"{key}, recorded"] = _tried(_time_recorded, device, step)
    return rows


def _time_recorded(device: torch.device, step: Callable[[], None]) -> float:
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return _ms(device, graph.replay)


def _steps(name: str, device: torch.device) -> dict[str, Any]:
    """Whole steps of some drawings together."""
    critic = critics.load(name, device)
    rows: dict[str, Any] = {}
    for drawings in DRAWINGS:
        painter = Painter(critic, PRESET)
        spec = DrawingSpec(prompt="a cat", strokes=STROKES, seeds=1, ink="paint", begin="scribbles")
        for seed in range(drawings):
            painter.add(painter.begin(spec.model_copy(update={"seed": seed})))
        rows[str(drawings)] = row = _step(painter, device)
        row["drawings_a_second"] = round(drawings / (row["ms"] * PRESET.steps / 1e3), 3)
        if device.type == "cpu" and row["ms"] > 1e3 * CPU_SECONDS / 4:
            break
    return rows


def _step(painter: Painter, device: torch.device) -> dict[str, Any]:
    batch = Batch(painter.paintings, painter.side, painter.critic)
    if device.type == "cpu":
        ms = _ms(device, lambda: painter.paint(batch), 1)
        return {"ms": ms, "eager_ms": ms, "critic": _share(painter)}
    torch.cuda.reset_peak_memory_stats(device)
    eager = _ms(device, lambda: painter.paint(batch))
    share = _share(painter)
    packed = pack([painting.drawing() for painting in painter.paintings], device=device)
    points, widths, colours = (t.requires_grad_() for t in packed[:3])
    upstream = torch.ones(len(painter.paintings), 3, painter.side, painter.side, device=device)
    paper = packed.background[:, :, None, None].expand_as(upstream).contiguous()

    def strokes() -> None:
        image = gpu.rasterise(points, widths, colours, packed.layout, paper)
        torch.autograd.grad(image, (points, widths, colours), upstream)

    torch.cuda.synchronize(device)
    torch.cuda.set_sync_debug_mode("error")  # a step that waits for the host raises
    try:
        painter.paint(batch)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    again = painter.recorded(batch)
    return {
        "ms": eager if again is None else _ms(device, again),
        "eager_ms": eager,
        "recorded": again is not None,
        "critic": share,
        "raster_ms": _ms(device, strokes),
        "peak_bytes": torch.cuda.max_memory_allocated(device),
    }


def _share(painter: Painter) -> float:
    """Of the steps that were painted since the last time, the critic's part."""
    watch = painter.stopwatch
    watch.book(watch.take())
    total = sum(watch.seconds.values())
    looked = sum(seconds for stage, seconds in watch.seconds.items() if "critic" in stage)
    watch.clear()
    return round(looked / total, 3) if total else 0.0
