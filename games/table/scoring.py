"""Points for a guess, the drawer's pay, and places on the board."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """The constants of the formula; see `guess_points`."""

    base: int
    bonus: int
    decline: int
    hints: int


SCALES = {"gentle": Scale(100, 100, 2, 60), "keen": Scale(10, 290, 3, 120)}
"""The two scales are those of scribble.rs (its `chill` and `competitive` scoring)."""


def guess_points(scale: Scale, elapsed: float, seconds: float, hints_left: int, hints: int) -> int:
    """The points for a right guess.

        base + bonus * (1 - decline / seconds) ** elapsed + hints_left * (hint_bonus // hints)

    rounded down, where `elapsed` is in whole seconds since the turn began (so that a slow line
    costs less than a slow mind), `seconds` is the length of a turn, and `hints_left` of `hints`
    letters have not been shown yet. A clock that the first right guess has shortened changes
    nothing here: `seconds` stays the length that the turn began with.
    """
    whole = int(min(max(elapsed, 0.0), seconds))
    points = int(scale.base + scale.bonus * (1 - scale.decline / seconds) ** whole)
    return points + (hints_left * (scale.hints // hints) if hints else 0)


def drawer_points(guessers: Iterable[str], earned: dict[str, int]) -> int:
    """The drawer's pay: the mean, rounded down, of what the guessers have got this turn.

    `guessers` are those who sit at the table as the turn ends; one without a right guess counts
    as zero, one who has left counts neither way. More right guesses never lower the pay, so a
    drawer gains nothing by ending a turn.
    """
    points = [earned.get(player, 0) for player in guessers]
    return sum(points) // len(points) if points else 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of the board: places count from 1, and a tie shares the better one (1, 1, 3).

    Place 0 is none: nobody has won anything.
    """

    place: int
    player: str
    score: int


def podium(scores: Sequence[tuple[str, int]]) -> tuple[Standing, ...]:
    """The board of `(player, score)`, best first; within a tie the given order stays.

    Where nobody has a point there are no places.
    """
    if all(score <= 0 for _, score in scores):
        return unplaced(scores)
    ranked = sorted(scores, key=lambda line: -line[1])
    return tuple(
        Standing(1 + sum(other > score for _, other in scores), player, score)
        for player, score in ranked
    )


def unplaced(scores: Sequence[tuple[str, int]]) -> tuple[Standing, ...]:
    """The same board of a game that has no winner."""
    ranked = sorted(scores, key=lambda line: -line[1])
    return tuple(Standing(0, player, score) for player, score in ranked)
