"""A family of drawings: generations of them, and who descends from whom."""

from __future__ import annotations

from dataclasses import dataclass

from engine.canvas.drawing import Drawing


@dataclass(frozen=True, slots=True)
class Member:
    """A drawing of a family. parents: its parents' numbers in the generation before."""

    drawing: Drawing
    parents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """Generations from first to last. winner: generation and number of the drawing that was bred
    for, if there is one. title: whatever characters it has."""

    title: str
    generations: tuple[tuple[Member, ...], ...] = ()
    winner: tuple[int, int] | None = None

    def line(self) -> set[tuple[int, int]]:
        """The winner and all its ancestors, as generations and numbers."""
        found: set[tuple[int, int]] = set()
        due = [self.winner] if self.winner is not None else []
        while due:
            generation, number = due.pop()
            if (generation, number) in found:
                continue
            found.add((generation, number))
            parents = self.generations[generation][number].parents
            due += [(generation - 1, parent) for parent in parents]
        return found
