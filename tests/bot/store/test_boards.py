from __future__ import annotations

import pytest
from sqlite_utils import Database

from bot.store import boards
from bot.store.database import Store
from bot.store.schema import table

GUILD, ADA, GRACE = 5, 11, 12


async def played(
    store: Store,
    points: dict[int, int],
    *,
    words: dict[str, tuple[int, int, int]] | None = None,
    guild: int = GUILD,
    kind: str = "mixed",
    at: float = 100.0,
    best: float | None = None,
) -> int:
    """Store a game: points by person; words by drawer, solvers and guessers."""
    game = await store.add_game("pictionary", guild=guild, channel=1)

    def write(db: Database) -> None:
        request = sorted(points.values(), reverse=True)
        table(db, "results").insert_all(
            {
                "game": game,
                "guild": guild,
                "person": person,
                "kind": kind,
                "points": won,
                "place": request.index(won) + 1,
                "solved": 2,
                "drawn": 1,
                "best_seconds": best,
                "at": at,
            }
            for person, won in points.items()
        )
        table(db, "turns").insert_all(
            {
                "game": game,
                "guild": guild,
                "turn": turn,
                "word": word,
                "concept": word,
                "drawer": drawer,
                "kind": kind,
                "solvers": solvers,
                "guessers": guessers,
                "seconds": 60.0,
                "at": at,
            }
            for turn, (word, (drawer, solvers, guessers)) in enumerate((words or {}).items())
        )

    await store.do(write)
    return game


async def test_points_add_up_over_games_and_the_best_come_first(store: Store):
    await played(store, {ADA: 100, GRACE: 50, boards.BOT: 70}, best=9.0)
    await played(store, {ADA: 10, GRACE: 90}, best=4.5)
    lines = await boards.board(store, GUILD)
    assert [(line.place, line.person, line.points) for line in lines] == [
        (1, GRACE, 140),
        (2, ADA, 110),
        (3, boards.BOT, 70),
    ]
    assert lines[1] == boards.Line(2, ADA, 110, games=2, won=1, solved=4, drawn=2, best_seconds=4.5)


async def test_a_tie_shares_a_place_and_the_next_one_is_left_out(store: Store):
    await played(store, {ADA: 100, GRACE: 100, 13: 40})
    assert [line.place for line in await boards.board(store, GUILD)] == [1, 1, 3]


@pytest.mark.parametrize(
    ("choice", "people"),
    [
        ({}, {ADA, GRACE, 13}),
        ({"kind": "duel"}, {GRACE}),
        ({"since": 200.0}, {13}),
        ({"kind": "duel", "since": 200.0}, set()),
    ],
)
async def test_games_are_chosen_by_kind_and_time(store: Store, choice, people: set[int]):
    await played(store, {ADA: 1})
    await played(store, {GRACE: 1}, kind="duel")
    await played(store, {13: 1}, at=300.0)
    await played(store, {14: 1}, guild=GUILD + 1)
    assert {line.person for line in await boards.board(store, GUILD, **choice)} == people


async def test_the_hardest_words_are_those_that_the_fewest_got(store: Store):
    await played(store, {ADA: 1}, words={"cat": (ADA, 3, 3), "moth": (ADA, 1, 4)})
    await played(store, {ADA: 1}, words={"moth": (ADA, 0, 1), "kite": (ADA, 0, 2)})
    assert await boards.hardest(store, GUILD) == [
        boards.HardWord("kite", 1, 0.0),
        boards.HardWord("moth", 2, 0.2),
    ]
    assert len(await boards.hardest(store, GUILD, most=1)) == 1


async def test_a_person_s_hardest_words_are_those_they_could_have_guessed(store: Store):
    await played(store, {ADA: 1, GRACE: 1}, words={"moth": (ADA, 0, 1), "kite": (GRACE, 0, 1)})
    await played(store, {GRACE: 1}, words={"stork": (boards.BOT, 0, 1)})
    words = await boards.hardest(store, GUILD, person=ADA)
    assert [word.word for word in words] == ["kite"]


async def test_words_that_nobody_could_guess_are_left_out(store: Store):
    await played(store, {ADA: 1}, words={"moth": (ADA, 0, 0)})
    assert await boards.hardest(store, GUILD) == []


async def test_nobody_wins_with_zeros_in_games_of_before_too(store: Store):
    await played(store, {ADA: 0, GRACE: 0})
    assert [line.won for line in await boards.board(store, GUILD)] == [0, 0]
