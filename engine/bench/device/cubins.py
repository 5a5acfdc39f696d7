"""The kernels of the rasteriser `gpu`, compiled for real GPUs on a machine that needs none.

Triton's compiler and its ptxas want no driver. A kernel that spills registers to memory is slow,
and says so here.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.raster import gpu

ARCHITECTURES = (80, 89, 90)  # A100; RTX 40; H100 and H200
_INTEGERS = {"firsts", "strokes", "cubics", "owners", "counts", "offsets", "lists", "ranges"}
_SCALARS = {"width", "height", "across", "tiles", "most", "first"}


@dataclass(frozen=True)
class Cubin:
    """A compiled kernel. registers: of a thread. spilled: bytes of a thread that lie in memory."""

    kernel: str
    architecture: int
    bytes: int
    registers: int
    spilled: int


def compiled(architecture: int) -> list[Cubin]:
    """All kernels as they are launched when one paints, for sm_`architecture`."""
    curves, tiles = gpu.curves(), gpu.tiles()
    painting = {
        "TILE": tiles.TILE,
        "SUB": gpu.SUBPIXELS,
        "SUBS": 1 << (gpu.SUBPIXELS**2 - 1).bit_length(),
        "AREA": gpu.AREA,
    }
    launched = [
        (curves.measure, {"MOST": curves.MOST}),
        (curves.place, {"MOST": curves.MOST}),
        (tiles.bin_strokes, {"TILE": tiles.TILE, "BLOCK": tiles.BLOCK}),
        (tiles.paint, {**painting, "KEEP": True, "BLOCK": tiles.BLOCK}),
        (tiles.paint, {**painting, "KEEP": False, "BLOCK": tiles.BLOCK}),
        (tiles.back, painting),
        (curves.collect, {"BLOCK": curves.BLOCK}),
    ]
    return [_compiled(kernel, constants, architecture) for kernel, constants in launched]


def _compiled(kernel: Any, constants: dict[str, Any], architecture: int) -> Cubin:
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    def kind(name: str) -> str:
        if name in constants:
            return "constexpr"
        if name in _SCALARS:
            return "i32"
        return "*i32" if name in _INTEGERS else "*fp32"

    source = ASTSource(
        fn=kernel,
        signature={name: kind(name) for name in kernel.arg_names},
        constexprs=constants,
    )
    made = triton.compile(
        source, target=GPUTarget("cuda", architecture, 32), options={"num_warps": 4}
    )
    binary: bytes = made.asm["cubin"]
    used = _resources(binary)
    keeps = constants.get("KEEP")
    name = kernel.__name__ if keeps is None else f"{kernel.__name__}, {'kept' if keeps else 'seen'}"
    return Cubin(name, architecture, len(binary), used["REG"], used["STACK"] + used["LOCAL"])


def _resources(binary: bytes) -> dict[str, int]:
    import triton

    tool = Path(triton.__file__).parent / "backends/nvidia/bin/cuobjdump"
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(binary)
        file.flush()
        shown = subprocess.run(  # noqa: S603  Triton's own tool, on a file of ours
            [str(tool), "--dump-resource-usage", file.name],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return {name: int(number) for name, number in re.findall(r"(REG|STACK|LOCAL):(\d+)", shown)}
