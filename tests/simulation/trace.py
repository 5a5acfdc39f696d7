"""What happened in a run, as a running hash: two runs are the same if their hashes are."""

from __future__ import annotations

import hashlib
from collections import Counter

from tests.simulation.chance import TIME


class Trace:
    """Notes what happens. lines: all of it, kept only where `keep` is set."""

    def __init__(self, *, keep: bool = False) -> None:
        self._hash = hashlib.sha256()
        self._keep = keep
        self.lines: list[str] = []
        self.counts: Counter[str] = Counter()

    def note(self, kind: str, *what: object) -> None:
        line = f"{TIME.now:.6f} {kind} {' '.join(map(str, what))}"
        self._hash.update(line.encode())
        self._hash.update(b"\n")
        self.counts[kind] += 1
        if self._keep:
            self.lines.append(line)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()[:16]
