"""An accelerator that is none: a device with CUDA's rules, on a machine without one.

Tensors on `standin` hold real numbers in the CPU's memory and belong to a device of their own
(PyTorch's PrivateUse1, as a Python backend). An operation that mixes them with tensors of the CPU
is refused, as CUDA refuses it, and what would cost time there is counted: kernels, copies to and
from the host, and host waits (for a value, for a shape that depends on values, and for every copy
that is not asked to be asynchronous).

What it cannot show: how fast anything is, races between streams, and what a kernel does on real
hardware. Importing this module makes the device known to PyTorch, for the life of the process.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils._python_dispatch import return_and_correct_aliasing
from torch.utils._pytree import tree_leaves, tree_map

NAME = "standin"

# These may take indices from the CPU: CUDA copies them (ATen/native/TensorAdvancedIndexing.cpp).
_INDEXED = {"index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index"}
# The host needs what these find out.
_WAITS = {
    "_local_scalar_dense",
    "_unique2",
    "bincount",
    "equal",
    "is_nonzero",
    "item",
    "masked_select",
    "nonzero",
    "unique_consecutive",
    "unique_dim",
}


class Log:
    """What was counted: `kernels`, `copies`, `waits`; `places`: of copies and waits, the lines of
    the engine that asked for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.kernels = self.copies = self.waits = 0
        self.places: Counter[str] = Counter()

    def kernel(self) -> None:
        with self._lock:
            self.kernels += 1

    def copy(self, *, waits: bool = True) -> None:
        with self._lock:
            self.copies += 1
            self.waits += waits
            self.places[f"copy at {_place()}"] += 1

    def wait(self, why: str) -> None:
        with self._lock:
            self.waits += 1
            self.places[f"{why} at {_place()}"] += 1


log = Log()


def _place() -> str:
    """The innermost line of the engine, this module apart."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if "/engine/" in file and not file.endswith("standin.py"):
            return f"engine/{file.rpartition('/engine/')[2]}:{frame.f_lineno}"
        frame = frame.f_back
    return "autograd"


class StandIn(torch.Tensor):
    """A tensor on the stand-in; `data_here` are its numbers."""

    data_here: torch.Tensor

    @staticmethod
    def __new__(cls, data: torch.Tensor) -> StandIn:
        out: Any = torch.Tensor._make_wrapper_subclass(
            cls,
            data.size(),
            strides=data.stride(),
            storage_offset=data.storage_offset(),
            dtype=data.dtype,
            device=torch.device(NAME, 0),
        )
        out.data_here = data
        return out

    __torch_function__ = torch._C._disabled_torch_function_impl  # pyright: ignore

    def __repr__(self, *_: Any, **__: Any) -> str:
        return f"StandIn({tuple(self.shape)}, {self.dtype})"

    def tolist(self) -> Any:
        return self.cpu().tolist()

    @classmethod
    def __torch_dispatch__(
        cls, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        return _run(func, args, kwargs or {})


def here(value: Any) -> Any:
    """A tensor's numbers on the CPU, as they are; anything else as it is."""
    return value.data_here if isinstance(value, StandIn) else value


def _there(value: Any) -> Any:
    plain = isinstance(value, torch.Tensor) and not isinstance(value, StandIn)
    return StandIn(value) if plain else value


def _run(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    name = func._schema.name.split("::")[-1]
    asked = kwargs.get("device")
    asked = None if asked is None else torch.device(asked)
    if name == "_to_copy":
        return _moved(func, args, kwargs, asked)
    if name == "copy_":
        into, source = args[:2]
        if isinstance(into, StandIn) == isinstance(source, StandIn):
            log.kernel()
        else:
            log.copy(waits=not (kwargs.get("non_blocking") or (len(args) > 2 and args[2])))
        func(*tree_map(here, args), **tree_map(here, kwargs))
        return into
    tensors = [x for x in tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)]
    on_device = any(isinstance(tensor, StandIn) for tensor in tensors)
    if on_device:
        _refuse_mixed(func, name, args, tensors)
    if name == "_fused_sdp_choice":
        return 0
    if name == "is_pinned":
        return False
    if name in _WAITS or (name == "repeat_interleave" and func._overloadname == "Tensor"):
        log.wait(name)
    if name in _INDEXED and any(
        isinstance(i, StandIn) and i.dtype in (torch.bool, torch.uint8) for i in args[1]
    ):
        log.wait(f"{name} by a mask")
    if not (func.is_view or name in ("detach", "alias")):
        log.kernel()
    if asked is not None:
        on_device = asked.type == NAME
        kwargs = {**kwargs, "device": "cpu"}
    kwargs.pop("pin_memory", None)
    out = _computed(func, tree_map(here, args), tree_map(here, kwargs))
    if not on_device:
        return out
    return return_and_correct_aliasing(func, args, kwargs, tree_map(_there, out))


def _moved(func: Any, args: Any, kwargs: dict[str, Any], asked: torch.device | None) -> Any:
    """`_to_copy`: to another device, or another type or layout on the same one."""
    was, there = isinstance(args[0], StandIn), asked is None or asked.type == NAME
    out = func(here(args[0]), **{**tree_map(here, kwargs), "device": "cpu"})
    if was and there:
        log.kernel()
    elif was or there:
        log.copy()
    return StandIn(out) if there else out


def _refuse_mixed(func: Any, name: str, args: Any, tensors: list[torch.Tensor]) -> None:
    """As CUDA does; a number without dimensions may come from anywhere."""
    stray = [t for t in tensors if not isinstance(t, StandIn) and t.dim() > 0]
    if stray and name in _INDEXED and isinstance(args[0], StandIn):
        for index in args[1]:
            if index is not None and not isinstance(index, StandIn):
                log.copy()
        stray = [v for v in args[2:3] if isinstance(v, torch.Tensor)] if "put" in name else []
        stray = [v for v in stray if not isinstance(v, StandIn) and v.dim() > 0]
    if stray:
        raise RuntimeError(
            "Expected all tensors to be on the same device, but found at least two devices, "
            f"{NAME}:0 and cpu! ({func._schema.name}, of the CPU: {tuple(stray[0].shape)})"
        )


def _computed(func: Any, args: Any, kwargs: Any) -> Any:
    try:
        return func(*args, **kwargs)
    except NotImplementedError as error:  # CUDA computes in bfloat16 what the CPU cannot
        if "BFloat16" not in str(error):
            raise

    def up(x: Any) -> Any:
        half = isinstance(x, torch.Tensor) and x.dtype == torch.bfloat16
        return x.float() if half else x

    def down(x: Any) -> Any:
        return x.bfloat16() if isinstance(x, torch.Tensor) else x

    return tree_map(down, func(*tree_map(up, args), **tree_map(up, kwargs)))


class _Module:
    """What PyTorch asks of a device's module."""

    def is_initialized(self) -> bool:
        return True

    def is_available(self) -> bool:
        return True

    def current_device(self) -> int:
        return 0

    def _is_in_bad_fork(self) -> bool:
        return False

    def manual_seed_all(self, seed: int) -> None:
        pass

    def device_count(self) -> int:
        return 1

    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        return [torch.bfloat16]


def _install() -> tuple[torch.library.Library, ...]:
    torch.utils.backend_registration._setup_privateuseone_for_python_backend(  # pyright: ignore
        NAME, _Module()
    )
    some = torch.library.Library("aten", "IMPL")

    # As ATen calls them: all arguments, None where there is none.
    def empty(
        size: Any,
        dtype: Any = None,
        layout: Any = None,
        device: Any = None,
        pin_memory: Any = None,
        memory_format: Any = None,
    ) -> StandIn:
        order = memory_format or torch.contiguous_format
        return StandIn(torch.empty(size, dtype=dtype, memory_format=order))

    def empty_strided(
        size: Any,
        stride: Any,
        dtype: Any = None,
        layout: Any = None,
        device: Any = None,
        pin_memory: Any = None,
    ) -> StandIn:
        return StandIn(torch.empty_strided(size, stride, dtype=dtype))

    def copy_from(source: torch.Tensor, into: torch.Tensor, non_blocking: bool = False) -> Any:
        """torch.tensor(…, device=…) copies by this, with Python's dispatch switched off."""
        if isinstance(source, StandIn) and isinstance(into, StandIn):
            log.kernel()
        else:
            log.copy(waits=not non_blocking)
        with torch.no_grad():
            here(into).copy_(here(source))
        return into

    some.impl("empty.memory_format", empty, "PrivateUse1")
    some.impl("empty_strided", empty_strided, "PrivateUse1")
    some.impl("_copy_from", copy_from, "PrivateUse1")
    rest = torch.library.Library("_", "IMPL")
    rest.fallback(lambda op, *args, **kwargs: _run(op, args, kwargs), "PrivateUse1")
    return some, rest


@contextmanager
def kernels_here() -> Iterator[None]:
    """Triton's kernels take tensors of the stand-in, each launch one kernel; the interpreter has to
    be on (TRITON_INTERPRET=1)."""
    from engine.raster import gpu

    plain = gpu.launch

    def launch(kernel: Any, grid: Any, *args: Any, **constants: Any) -> None:
        log.kernel()
        plain(kernel, grid, *map(here, args), **constants)

    gpu.launch = launch
    try:
        yield
    finally:
        gpu.launch = plain


_LIBRARIES = _install()  # they last as long as this is held

DEVICE = torch.device(NAME)
