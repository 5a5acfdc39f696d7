"""Passes side by side: on a CPU, each thread sees some of the views through, alone.

Threads that share out every operation of one pass wait for each other at the end of each, some
hundred times a step; threads with a pass of their own meet once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

import torch

FEWEST = 2  # views that are worth a pass of their own

T = TypeVar("T")


def parts(first: int, last: int, threads: int) -> list[slice]:
    """Cut [first, last) into as many parts as there are threads, or fewer, alike in size."""
    count = max(1, min(threads, (last - first) // FEWEST))
    edges = [first + (last - first) * i // count for i in range(count + 1)]
    return [slice(*pair) for pair in pairwise(edges)]


def side_by_side(work: Callable[[slice], T], some: list[slice]) -> list[T]:
    """`work` of each part; of several, each on a thread that computes by itself."""
    if len(some) == 1:
        return [work(some[0])]
    return list(_pool(os.getpid(), len(some)).map(work, some))


@lru_cache(maxsize=8)
def _pool(process: int, threads: int) -> ThreadPoolExecutor:
    """Threads do not survive a fork, so each process has its own."""
    del process
    return ThreadPoolExecutor(threads, thread_name_prefix="pass", initializer=_alone)


def _alone() -> None:
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # per thread, as the painting thread has it
