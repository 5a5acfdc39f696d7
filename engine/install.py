"""`python -m engine.install`: make an environment, with the PyTorch that suits the machine.

PyPI's PyTorch for Linux brings gigabytes of CUDA along, which only NVIDIA's GPUs can use. Without
one, its wheels for CPUs are taken from an index of PyTorch's own, if that answers. Runs before
anything is installed, so it imports only what comes with Python.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import venv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
VARIABLE = "PENGUESS_TORCH_INDEX"
"""An index to take PyTorch from; empty for PyPI. Where it is set, nothing is probed."""
TORCH = ("torch>=2.6,<3", "torchvision>=0.21")
PATIENCE = 3.0
"""Seconds in which an index has to answer."""

_STAMP = "penguess-installed.json"


def main(argv: Sequence[str] | None = None) -> int:
    """Install what is missing. Returns the exit code: 0, 2 with one line for what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m engine.install", description=__doc__)
    parser.add_argument("--venv", type=Path, default=Path(".venv"), help="(%(default)s)")
    parser.add_argument("--extras", default="engine,bot", help="of the package (%(default)s)")
    parser.add_argument("--constraint", help="a file with exact versions")
    args = parser.parse_args(argv)
    digest = fingerprint(Path("pyproject.toml").read_bytes(), args.extras, args.constraint)
    stamp = args.venv / _STAMP
    if is_current(stamp, digest):
        return 0
    try:
        python = _python(args.venv)
        constrain = ["--constraint", args.constraint] if args.constraint else []
        if not _has_torch(args.venv):
            index, why = choose()
            print(why, flush=True)
            options = ["--index-url", index] if index else []
            fetch(python, [*options, *constrain, *TORCH])
        fetch(python, [*constrain, "--editable", f".[{args.extras}]"])
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"penguess: not installed: {error}; run the same command again", file=sys.stderr)
        return 2
    known = json.loads(stamp.read_text()) if stamp.exists() else []
    stamp.write_text(json.dumps(sorted({*known, digest})))
    return 0


def fingerprint(project: bytes, extras: str, constraint: str | None) -> str:
    """What an installation depends on, as a digest: the project's own tables, not its tools'."""
    own = re.split(rb"(?m)^\[tool\.", project, maxsplit=1)[0]
    exact = Path(constraint).read_bytes() if constraint else b""
    return hashlib.sha256(b"\0".join((own, extras.encode(), exact))).hexdigest()


def is_current(stamp: Path, digest: str) -> bool:
    """Whether this has been installed already, so that pip need not be asked."""
    try:
        return digest in json.loads(stamp.read_text())
    except (OSError, ValueError):
        return False


def choose(cpu_index: str = CPU_INDEX) -> tuple[str | None, str]:
    """The index for PyTorch, None for PyPI, and a line that says why."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given or None, f"PyTorch comes from {given or 'PyPI'}, as {VARIABLE} says."
    if platform.system() != "Linux":
        return None, "PyTorch comes from PyPI, whose wheels for this system are for CPUs."
    if has_nvidia():
        return None, "There is an NVIDIA GPU: PyTorch comes from PyPI, with CUDA."
    if answers(cpu_index):
        return cpu_index, f"No NVIDIA GPU: PyTorch comes from {cpu_index}, without CUDA."
    return None, (
        f"No NVIDIA GPU, but {cpu_index} does not answer: PyTorch comes from PyPI, with CUDA. "
        f"{VARIABLE} can name another index."
    )


def has_nvidia() -> bool:
    """Whether the driver of an NVIDIA GPU is there, and sees one."""
    gpus = Path("/proc/driver/nvidia/gpus")
    if gpus.is_dir() and any(gpus.iterdir()):
        return True
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return False
    try:
        seen = subprocess.run([tool, "-L"], capture_output=True, text=True, timeout=20)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return seen.returncode == 0 and "GPU " in seen.stdout


def answers(index: str, seconds: float = PATIENCE) -> bool:
    """Whether an index lists wheels of PyTorch, in time."""
    # In a process of its own, because looking up a name can take longer than any time-out.
    read = (
        "import sys; from urllib.request import urlopen; print(urlopen(sys.argv[1]).read(1 << 20))"
    )
    command = [sys.executable, "-c", read, f"{index.rstrip('/')}/torch/"]
    try:
        page = subprocess.run(command, capture_output=True, timeout=seconds)  # noqa: S603
    except subprocess.TimeoutExpired:
        return False
    return page.returncode == 0 and b"torch-" in page.stdout


def fetch(python: Path, arguments: Sequence[str]) -> None:
    """Say how much pip is about to fetch, and let it, with its progress shown.

    Raises CalledProcessError if pip fails; it has said why.
    """
    print("Looking up what is missing …", flush=True)
    urls = wanted(python, arguments)
    if urls:
        total, unknown = size(urls)
        least = "at least " if unknown else ""
        print(f"Fetching {len(urls)} packages, {least}{total / 1e6:,.0f} MB.", flush=True)
    subprocess.run([python, "-m", "pip", "install", *_PIP, *arguments], check=True)  # noqa: S603


_PIP = ("--disable-pip-version-check", "--no-input")


def wanted(python: Path, arguments: Sequence[str]) -> list[str]:
    """Addresses of the packages that pip would install; none if it cannot say beforehand."""
    command = [python, "-m", "pip", "install", *_PIP, "--quiet", "--dry-run", "--report", "-"]
    found = subprocess.run([*command, *arguments], capture_output=True, text=True)  # noqa: S603
    try:
        packages = json.loads(found.stdout)["install"]
        return [package["download_info"]["url"] for package in packages]
    except (ValueError, KeyError, TypeError):
        return []


def size(urls: Sequence[str]) -> tuple[int, int]:
    """Bytes of all packages together, and of how many packages that is not known."""
    with ThreadPoolExecutor(16) as pool:
        sizes = list(pool.map(_size, urls))
    return sum(s or 0 for s in sizes), sum(s is None for s in sizes)


def _size(url: str) -> int | None:
    if url.startswith("file:"):
        return 0  # this repository itself
    try:
        request = urllib.request.Request(url, method="HEAD")  # noqa: S310  pip named it
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
            return int(response.headers["Content-Length"])
    except (OSError, ValueError, TypeError, urllib.error.URLError):
        return None


def _python(folder: Path) -> Path:
    """The interpreter of an environment, made if need be, with a pip that can look ahead."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        print(f"Making an environment in {folder} …", flush=True)
        venv.create(folder, with_pip=True)
        upgrade = [python, "-m", "pip", "install", *_PIP, "--quiet", "--upgrade", "pip"]
        subprocess.run(upgrade, check=False)  # noqa: S603  an older one does as well
    return python


def _has_torch(folder: Path) -> bool:
    return any(folder.glob("lib*/**/site-packages/torch-*.dist-info"))


if __name__ == "__main__":
    sys.exit(main())
