"""Latin squares whose neighbours differ: who gets a book after whom.

In a Latin square of order n every symbol stands once in each row and column. It is *row-complete*
if every ordered pair of symbols stands side by side exactly once in its rows. Read a row as the
way of a book and a symbol as a seat: every book gets every seat once, every seat has one book at
a time, and nobody gets a book twice from the same neighbour.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

Square: TypeAlias = tuple[tuple[int, ...], ...]

_STARTERS: dict[int, Square] = {
    9: (
        (1, 5, 2, 0, 6, 7, 4, 3, 8),
        (5, 6, 8, 3, 4, 0, 7, 2, 1),
        (6, 0, 5, 8, 1, 4, 2, 7, 3),
    ),
    15: (
        (10, 3, 4, 11, 0, 8, 6, 12, 14, 9, 13, 7, 1, 5, 2),
        (6, 7, 9, 4, 10, 2, 0, 5, 3, 12, 8, 13, 11, 1, 14),
        (1, 11, 12, 9, 8, 10, 14, 0, 7, 3, 2, 4, 5, 13, 6),
    ),
    21: (
        (16, 14, 20, 15, 8, 5, 19, 7, 13, 10, 6, 9, 17, 11, 18, 4, 12, 0, 3, 1, 2),
        (13, 4, 1, 3, 19, 16, 6, 14, 5, 15, 12, 17, 8, 0, 11, 20, 2, 9, 7, 18, 10),
        (4, 13, 7, 10, 3, 9, 11, 5, 18, 6, 17, 2, 1, 20, 0, 12, 15, 16, 19, 8, 14),
    ),
}
"""Three rows each, found by search. Symbol `m * i + z` of order 3m stands for z modulo m in a
third i, and adding 1, 2, … to every z of the three rows gives the others."""


def square(order: int) -> Square:
    """A Latin square of an order from 1, row-complete where one exists.

    Even orders: the zigzag 0, 1, n-1, 2, n-2, … and its translates (E. J. Williams, 1949). Odd
    composite orders have one (J. Higham, 1998), which is stored for 9, 15 and 21. There is none
    of order 3, 5 or 7, and none is known of an odd prime order; those, and odd orders from 25,
    get the same zigzag, in which any two seats are neighbours exactly twice, in either order.
    """
    if order in _STARTERS:
        third = order // 3
        return tuple(
            tuple(symbol - symbol % third + (symbol + turn) % third for symbol in row)
            for row in _STARTERS[order]
            for turn in range(third)
        )
    zigzag = [(step + 1) // 2 if step % 2 else (order - step // 2) % order for step in range(order)]
    return tuple(tuple((place + turn) % order for place in zigzag) for turn in range(order))


def is_row_complete(rows: Square) -> bool:
    """Whether no ordered pair of symbols stands side by side twice."""
    pairs = [pair for row in rows for pair in pairwise(row)]
    return len(set(pairs)) == len(pairs)
