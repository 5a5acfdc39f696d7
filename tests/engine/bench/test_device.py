"""What the bench of a GPU shows without one; see also tests/engine/test_device.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import torch

from engine.bench import device

pytest.importorskip("triton", reason="comes with PyTorch for CUDA, on Linux")


def child(code: str) -> dict[str, float]:
    """What a program prints that has Triton's interpreter: it is chosen as Triton is imported."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TRITON_INTERPRET": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_kernels_paint_what_is_defined() -> None:
    """Curves that loop and leave the canvas, opaque strokes and hairlines over each other: with the
    definition's subpixels and the same pieces, to rounding. Some tiles at a time, the same."""
    found = child(
        "import json, torch; from engine.bench.device import dry_run, parity\n"
        "scene = parity.wild(16, 2)\n"
        "d = parity.as_defined(scene, torch.device('cpu'))\n"
        "print(json.dumps({'most': d.most, 'cosine': min(d.cosines),\n"
        "                  'apart': dry_run._with_a_small_budget()}))"
    )
    assert found["most"] < 1e-5
    assert found["cosine"] > 0.9999
    assert found["apart"] < 1e-4


def test_memory_is_known_before_it_is_spent() -> None:
    """1,024 strokes on 224 pixels, and 32 drawings of 256."""
    found = child(
        "import json, numpy as np; from engine.raster import gpu, Layout\n"
        "one = Layout(np.ones(1024), np.array([1024]), 224, 224)\n"
        "many = Layout(np.ones(32 * 256), np.full(32, 256), 224, 224)\n"
        "print(json.dumps({'one': gpu.memory(one), 'many': gpu.memory(many)}))"
    )
    assert 1e8 < found["one"] < 3e8
    assert 1e9 < found["many"] < 3e9


def test_a_broken_bound_is_named() -> None:
    kernels = {"sm_90": {"back": {"registers": 255, "spilled": 8}}}
    said = device.broken({"copies": 1, "waits": 0, "cos_points": 0.5, "cubins": kernels})
    assert [line.split()[0] for line in said] == ["copies", "cos_points", "back"]
    assert not device.broken({"copies": 0, "waits": 0, "cos_points": 0.99, "cubins": {}})


def test_without_a_gpu_it_says_what_can_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(device.DeviceUnavailable, match="--dry"):
        device.main([])


@pytest.mark.slow
def test_a_dry_run_holds_every_bound(capsys: pytest.CaptureFixture[str]) -> None:
    """Kernels as shipped, beside the definition; steps on the stand-in; cubins without spills."""
    assert device.main(["--dry", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["copies"] == found["waits"] == 0
    assert set(found["cubins"]) == {"sm_80", "sm_89", "sm_90"}
