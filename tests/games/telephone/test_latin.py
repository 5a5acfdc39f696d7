"""Latin squares for the ways of books."""

from itertools import pairwise

import pytest

from games.telephone.latin import is_row_complete, square

ORDERS = range(1, 25)


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_is_a_latin_square(order: int) -> None:
    rows = square(order)
    everything = set(range(order))
    assert len(rows) == order
    assert all(set(row) == everything for row in rows)
    assert all(set(column) == everything for column in zip(*rows, strict=True))


@pytest.mark.parametrize("order", [order for order in ORDERS if order % 2 == 0])
def test_even_orders_are_row_complete(order: int) -> None:
    assert is_row_complete(square(order))


@pytest.mark.parametrize("order", [1, 9, 15, 21])
def test_odd_orders_that_have_one_are_row_complete(order: int) -> None:
    assert is_row_complete(square(order))


@pytest.mark.parametrize("order", [3, 5, 7, 11, 13, 17, 19, 23])
def test_in_prime_orders_any_two_seats_are_neighbours_twice(order: int) -> None:
    pairs = [frozenset(pair) for row in square(order) for pair in pairwise(row)]
    assert {pairs.count(pair) for pair in pairs} == {2}


def test_a_square_with_a_pair_twice_is_not_row_complete() -> None:
    assert not is_row_complete(((0, 1, 2), (2, 0, 1), (1, 2, 0)))
