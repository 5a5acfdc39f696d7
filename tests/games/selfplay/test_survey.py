from __future__ import annotations

import pytest

from games.core import BOT
from games.selfplay.survey import Chain, named, names, survey, thing_of
from games.telephone.books import BookPage, kind_of


def chain(*phrases: str, strokes: int = 24, avoiding: bool = False, kept: float = 0.5) -> Chain:
    """Phrases with a drawing behind each."""
    pages = [BookPage(BOT, kind_of(n), phrases[n // 2] if n % 2 == 0 else f"d{n}")
             for n in range(2 * len(phrases))]  # fmt: skip
    return Chain(strokes, avoiding, tuple(pages), (1.0, *(kept for _ in pages[1:])))


@pytest.mark.parametrize(
    ("phrase", "thing"),
    [
        ("a cat riding a bicycle", "cat"),
        ("three small cats", "cat"),
        ("ice cream in the rain", "ice cream"),
        ("the hot air balloon", "hot air balloon"),
        ("a bike", "bicycle"),
    ],
)
def test_a_phrase_is_about_the_first_thing_it_names(phrase: str, thing: str) -> None:
    assert thing in thing_of(phrase)


def test_of_an_unknown_thing_the_whole_phrase_counts() -> None:
    assert thing_of("qwzx blorb") == ("qwzx blorb",)


def test_a_synonym_and_a_plural_name_the_thing() -> None:
    assert names("two kittens under a tree", thing_of("a cat"))
    assert not names("a caterpillar", thing_of("a cat"))


def test_the_first_guess_counts_and_no_other() -> None:
    assert named(chain("a cat", "a kitten", "a dog"))
    assert not named(chain("a cat", "a dog", "a cat"))
    assert not named(chain("a cat"))


def test_chains_that_were_drawn_alike_share_a_row() -> None:
    rows = survey(
        [
            chain("a cat", "a cat", kept=0.8),
            chain("a cat", "a dog", kept=0.4),
            chain("a cat", "a dog", avoiding=True),
            chain("a cat", "a cat", strokes=8),
        ]
    )
    assert [(row.strokes, row.avoiding, row.chains, row.named) for row in rows] == [
        (8, False, 1, 1),
        (24, False, 2, 1),
        (24, True, 1, 0),
    ]
    assert rows[1].kept == pytest.approx((0.6, 0.6, 0.6))


def test_missing_pages_have_no_part_in_a_mean() -> None:
    one, other = chain("a cat", "a cat", kept=0.8), chain("a cat", "a dog", kept=0.4)
    gap = Chain(other.strokes, other.avoiding, other.pages, (1.0, None, 0.4, None))
    (row,) = survey([one, gap])
    assert row.kept == pytest.approx((0.8, 0.6, 0.8))
