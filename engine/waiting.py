"""Saying what takes a while, from the first moment: no import here takes longer than that."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show on a terminal what is going on, until it is over; elsewhere nothing is shown."""
    if not sys.stderr.isatty():
        yield
        return
    sys.stderr.write(f"\r{what} …")
    sys.stderr.flush()
    try:
        yield
    finally:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
