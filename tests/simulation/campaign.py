"""Many runs added up: what was done to the bot, and what did not hold."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

from tests.simulation.drama import Outcome

_SAVE_EVERY = 50  # runs
_VARIABLE = re.compile(r"[A-Za-z0-9_-]{60,}|\b[a-z]{8}x\b|0x[0-9a-f]+|\d+")


class Campaign:
    """counts: of everything; problems: how many runs have each kind of problem; examples: the
    first seed of each kind. file: where they are saved as it goes."""

    def __init__(self, file: Path | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.examples: dict[str, int] = {}
        self._file = file
        self._digest = hashlib.sha256()
        self._cpu = 0.0

    def take(self, outcome: Outcome, cpu: float) -> None:
        """Add a run. cpu: seconds that all runs have taken."""
        self._cpu = cpu
        self.counts["runs"] += 1
        self.counts["runs that fail"] += bool(outcome.problems)
        self.counts[f"game: {outcome.game}"] += 1
        self.counts.update(outcome.counts)
        self._digest.update(outcome.digest.encode())
        for kind in {kind_of(problem) for problem in outcome.problems}:
            self.problems[kind] += 1
            self.examples.setdefault(kind, outcome.seed)
        if self.counts["runs"] % _SAVE_EVERY == 0:
            self.save()

    def save(self) -> None:
        if self._file is not None:
            found = {
                kind: {"runs": count, "seed": self.examples[kind]}
                for kind, count in self.problems.most_common()
            }
            data = {"cpu": round(self._cpu), "counts": dict(self.counts), "problems": found}
            self._file.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")

    def table(self) -> str:
        """Everything, for people to read."""
        lines = [f"{self.counts[name]:>10,}  {name}" for name in sorted(self.counts)]
        lines.append(f"{self._cpu:>10,.0f}  seconds of CPU")
        lines.append(f"trace {self._digest.hexdigest()[:16]}")
        for kind, count in self.problems.most_common():
            lines.append(f"{count} × {kind} (seed {self.examples[kind]})")
        return "\n".join(lines)


def kind_of(problem: str) -> str:
    """A problem without what differs from run to run."""
    return _VARIABLE.sub("N", problem)[:200]
