"""Whose turn it is."""

from games.table.turns import Rotation


def test_everybody_once_a_round_in_seat_order() -> None:
    rotation, order = Rotation(), []
    for _ in range(6):
        following = rotation.next(["ann", "ben", "cem"])
        assert following is not None
        rotation, player = following
        order.append((rotation.round, player))
    assert order == [(n, p) for n in (1, 2) for p in ("ann", "ben", "cem")]


def test_who_returns_within_a_round_has_no_second_turn() -> None:
    rotation = Rotation(1, ("ann",))
    assert rotation.next(["ann", "ben"]) == (Rotation(1, ("ann", "ben")), "ben")


def test_who_comes_gets_a_turn_in_this_round() -> None:
    rotation = Rotation(1, ("ann", "ben"))
    assert rotation.next(["ann", "ben", "cem"]) == (Rotation(1, ("ann", "ben", "cem")), "cem")


def test_nobody_has_no_turn() -> None:
    assert Rotation().next([]) is None
