"""The word lists, and people's own."""

import gzip
import json
import os
import random
from pathlib import Path

import pytest

from games.drawing.settings import OWN_WORDS
from games.words.lists import (
    DIFFICULTIES,
    MOST_ALTERNATIVES,
    POOL,
    Fault,
    Word,
    called,
    check_word,
    drawable,
    parse_own,
    pool,
    themes,
    words,
)
from games.words.matching import counts_as, keys

OTHERS = ("de", "es", "ja")


def test_english_has_a_thousand_concepts_in_three_difficulties() -> None:
    assert len(words("en")) >= 1000
    assert {word.difficulty for word in words("en")} == set(DIFFICULTIES)
    assert len(themes()) >= 12


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_name_three_hundred_of_the_same_concepts(language: str) -> None:
    concepts = {word.concept for word in words("en")}
    named = [word.concept for word in words(language)]
    assert len(named) >= 300
    assert concepts.issuperset(named)


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_no_two_concepts_share_their_word(language: str) -> None:
    texts = [word.text.casefold() for word in words(language)]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_every_word_can_be_typed(language: str) -> None:
    for word in words(language):
        assert all(keys(answer, language) for answer in word.answers)
        assert check_word(word.text) is None


def test_the_doodle_words_are_all_there() -> None:
    path = os.environ.get("PENGUESS_QUICKDRAW")
    if not path:
        pytest.skip("set PENGUESS_QUICKDRAW to the drawings (ndjson.gz)")
    with gzip.open(Path(path), "rt") as lines:
        doodles = {json.loads(line)["word"] for line in lines}
    for language in ("en", *OTHERS):
        assert doodles <= {word.concept for word in words(language)}


def test_a_pool_is_narrowed_by_theme_and_difficulty() -> None:
    chosen = pool("en", random.Random(1), theme="animals", difficulty="easy")
    assert chosen
    assert {(word.theme, word.difficulty) for word in chosen} == {("animals", "easy")}


def test_the_bot_draws_what_somebody_recognises_unless_there_is_nothing_else() -> None:
    cat, alibi = Word("cat", "cat", measured=0.1), Word("alibi", "alibi")
    hopeless = Word("camouflage", "camouflage", measured=1.0)
    assert drawable((cat, hopeless, alibi)) == (cat, alibi)
    assert drawable((hopeless,)) == (hopeless,)


def test_a_pool_holds_all_own_words_and_is_bounded() -> None:
    own = (Word("our cat", "our cat"),)
    chosen = pool("en", random.Random(1), own=own)
    assert own[0] in chosen
    assert len(chosen) == POOL


def test_a_pool_of_own_words_only() -> None:
    own = (Word("our cat", "our cat"),)
    assert pool("en", random.Random(1), own=own, own_only=True) == own


def test_an_own_list_is_read() -> None:
    taken, rejected = parse_own("\ufeff# ours\nour cat\n\nfire dog; snow fox,", "en", OWN_WORDS)
    assert [word.text for word in taken] == ["our cat", "fire dog", "snow fox"]
    assert not rejected


def test_an_own_word_keeps_its_concept_and_gains_alternatives() -> None:
    (word,), _ = parse_own("Fahrrad = Drahtesel", "de", OWN_WORDS)
    assert word.concept == "bicycle"
    assert "Drahtesel" in word.alternatives
    assert "Rad" in word.alternatives


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("x" * 41, Fault.TOO_LONG),
        ("!?", Fault.NO_LETTERS),
        ("shit", Fault.BLOCKED),
        ("secretword", Fault.BLOCKED),
        ("cat =", Fault.EMPTY),
        ("Cats", Fault.TWICE),
        ("mouse", Fault.TOO_MANY),
    ],
)
def test_a_bad_line_is_rejected_with_its_number(line: str, fault: Fault) -> None:
    most = 1 if fault is Fault.TOO_MANY else OWN_WORDS
    taken, rejected = parse_own(f"cat\n{line}", "en", most, ["secretword"])
    assert [word.text for word in taken] == ["cat"]
    assert [(one.line, one.fault) for one in rejected] == [(2, fault)]


def test_a_concept_is_called_by_its_name_where_a_language_has_one() -> None:
    assert [called("cat", language) for language in ("en", "de", "es")] == ["cat", "Katze", "gato"]
    assert called("no such concept", "de") == "no such concept"


def test_a_word_has_so_many_alternatives_and_no_more() -> None:
    names = [f"b{i}" for i in range(MOST_ALTERNATIVES)]
    taken, rejected = parse_own("gizmo = " + " = ".join(names), "en", OWN_WORDS)
    assert [word.alternatives for word in taken] == [tuple(names)]
    assert rejected == ()
    taken, rejected = parse_own("gizmo=" + "=".join(f"b{i}" for i in range(9000)), "en", OWN_WORDS)
    assert taken == ()
    assert [each.fault for each in rejected] == [Fault.ALTERNATIVES]


def test_a_word_is_as_long_as_what_its_characters_stand_for() -> None:
    assert check_word("\ufdfa" * 2) is None
    assert check_word("\ufdfa" * 3) is Fault.TOO_LONG


@pytest.mark.parametrize("entry", ["cat", "", "x{n}y", "cat{n}=\ufdfa"])
def test_what_a_list_costs_is_bounded_whatever_is_in_it(entry: str) -> None:
    text = ",".join(entry.format(n=n) or "?" for n in range(16_000))
    before = counts_as.cache_info()
    taken, rejected = parse_own(text, "en", OWN_WORDS)
    after = counts_as.cache_info()
    compared = after.hits + after.misses - before.hits - before.misses
    assert len(taken) <= OWN_WORDS
    assert len(taken) + len(rejected) == 16_000
    assert compared <= 2 * 4 * OWN_WORDS * OWN_WORDS
