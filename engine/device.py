"""Which device the engine computes on, when it has done what was asked, and whether it is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch

from engine.refusal import Refusal

AUTO = "auto"
FORMS = "auto, cpu, cuda, cuda:1 or mps"
SMALL = "pocket"  # the model whose steps are so short that a GPU gains little; see docs/engine.md


class DeviceUnavailable(Refusal):
    """A device that is not here; the message says what to do."""


class DeviceLost(RuntimeError):
    """The device has failed under this process, which cannot use it any more; another one can."""


def choose(name: str | None, model: str) -> torch.device:
    """The device of that name: `cpu`, `cuda`, `cuda:1`, `mps`, or `auto` (None) for the best one.

    model: as the critic is asked for. `auto` is CUDA where there is some, then Apple's MPS, then
    the CPU, and the CPU for the small built-in model alone. Raises DeviceUnavailable.
    """
    asked = (name or AUTO).strip().lower()
    if asked == AUTO:
        return torch.device("cpu") if model == SMALL else best()
    kind, colon, number = asked.partition(":")
    numbered = kind == "cuda" and number.isdecimal()
    if kind not in ("cpu", "cuda", "mps") or (colon and not numbered):
        raise DeviceUnavailable(f"no device is called {name!r}: use {FORMS}")
    if kind == "cuda":
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if not count:
            raise DeviceUnavailable(
                "there is no CUDA device here, or this PyTorch was built without CUDA: "
                "use --device cpu (or PENGUESS_DEVICE=cpu)"
            )
        if colon and int(number) >= count:
            raise DeviceUnavailable(f"there is no {asked}: the last one is cuda:{count - 1}")
    if kind == "mps" and not torch.backends.mps.is_available():
        raise DeviceUnavailable("there is no MPS here: use --device cpu (or PENGUESS_DEVICE=cpu)")
    return torch.device(asked)


def wants_gpu(name: str | None, model: str) -> bool:
    """Whether `choose` would take a GPU where there is one, which need not be here."""
    asked = (name or AUTO).strip().lower()
    return model != SMALL if asked == AUTO else asked != "cpu"


def best() -> torch.device:
    """CUDA where there is one, then Apple's MPS, then the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def has_bfloat16() -> bool:
    """Whether this processor has instructions for bfloat16; a convolution takes ten times as long
    in it where it has none. False as well where PyTorch is too old to tell."""
    able = getattr(torch.cpu, "get_capabilities", dict)()
    return any(able.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))


_FATAL = ("CUDA error", "device-side assert", "CUBLAS_STATUS", "CUDNN_STATUS", "MPS backend error")


def is_lost(error: BaseException) -> bool:
    """Whether an error means that a device can do nothing more for this process.

    A CUDA context does not survive an illegal access or a hardware fault: every later call fails.
    Running out of memory is no such thing.
    """
    if isinstance(error, DeviceLost):
        return True
    if isinstance(error, torch.OutOfMemoryError) or not isinstance(error, RuntimeError):
        return False
    accelerator = getattr(torch, "AcceleratorError", None)  # not in PyTorch before 2.8
    if accelerator is not None and isinstance(error, accelerator):
        return True
    return any(sign in str(error) for sign in _FATAL)


@contextmanager
def watched(device: torch.device) -> Iterator[None]:
    """Raises DeviceLost, in one line, for an error that means that the device is lost."""
    try:
        yield
    except Exception as error:
        if not is_lost(error) or isinstance(error, DeviceLost):
            raise
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise DeviceLost(
            f"the device {device} is lost ({first[:200]}); start the engine again"
        ) from error


class Moment(Protocol):
    """A point in a device's work; two are compared that one device gave."""

    def synchronize(self) -> None:
        """Wait until the device has come there."""

    def elapsed_time(self, end_event: Any, /) -> float:
        """Milliseconds from here to a later moment; both must have come."""
        ...


class _Now:
    """A moment of a device that keeps no moments: what was asked of it before is done."""

    def __init__(self) -> None:
        self._at = time.perf_counter()

    def synchronize(self) -> None:
        """It has come."""

    def elapsed_time(self, end_event: Any, /) -> float:
        return (end_event._at - self._at) * 1e3


def moment(device: torch.device) -> Moment:
    """Now, in the device's own order of work."""
    if device.type != "cuda":
        return _Now()
    event = torch.cuda.Event(enable_timing=True)
    event.record(torch.cuda.current_stream(device))
    return event


def finish(device: torch.device) -> None:
    """Wait until the device has done all that it was asked for, in whatever order."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


@contextmanager
def ahead(device: torch.device) -> Iterator[None]:
    """What is asked of the device in here overtakes what it has still to do, and is done after."""
    if device.type != "cuda":
        yield
        return
    stream = torch.cuda.Stream(device, priority=-1)
    with torch.cuda.stream(stream):
        yield
    stream.synchronize()
