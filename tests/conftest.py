"""What holds for all tests.

One thread of arithmetic a process: engines and tests share the cores, and waiting for each other
at every barrier makes two threads many times slower than one.
"""

import os
import sys
from collections.abc import Iterator

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def _subnormal_numbers() -> Iterator[None]:
    """The command line of the engine rounds them to zero in its thread; tests want them back."""
    yield
    if torch := sys.modules.get("torch"):
        torch.set_flush_denormal(False)
