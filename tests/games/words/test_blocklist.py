"""Words that are refused, and words that only look like them."""

import pytest

from engine.see.caption.grammar import SLOTS, Phrase, nouns
from games.words import blocklist
from games.words.blocklist import blocked
from games.words.lists import words


@pytest.mark.parametrize(
    "text",
    [
        "fuck",
        "FUCK off",
        "f u c k",
        "f.u.c.k",
        "f*u*c*k",
        "fuuuuuck",
        "fück",
        "sh1t",
        "$hit",
        "ＦＵＣＫ",
        "fu\u200bck",
        "сunt",
        "SCHEISSE",
        "Scheiße",
        "cabron",
        "チンコ",
        "たのしいちんぽ",
    ],
)
def test_refuses_a_word_in_disguise(text: str) -> None:
    assert blocked(text)


@pytest.mark.parametrize(
    "text",
    ["Scunthorpe", "my pen is red", "cumin", "assassin", "grape", "cocktail", "パチンコ", "ピエロ"],
)
def test_leaves_words_that_hold_one_by_chance(text: str) -> None:
    assert not blocked(text)


def test_takes_the_words_of_a_server() -> None:
    assert blocked("a B-R-O-C-C-O-L-I pie", ["Broccoli"])
    assert not blocked("broccoli")


def test_takes_phrases_of_a_server_as_whole_words() -> None:
    assert blocked("more Ice-Cream, please", ["ice  cream"])
    assert blocked("more ice cream", ["Ice Cream"])
    assert not blocked("ice on cream", ["ice cream"])
    assert not blocked("nice creams", ["ice cream"])


@pytest.mark.parametrize("language", ["en", "de", "es", "ja"])
def test_blocks_no_word_of_the_lists(language: str) -> None:
    assert [word for one in words(language) for word in one.answers if blocked(word)] == []


def test_the_captioner_has_no_blocked_word_to_say() -> None:
    said = [text for noun in nouns() for text in (str(Phrase(noun)), noun.plural)]
    said += [word for words in SLOTS.values() for word in words]
    assert [text for text in said if blocked(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "a jar of spices",
        "spicy soup",
        "Moses parting the sea",
        "a Boeing 717",
        "Pik-Ass",
        "Bäume wanken im Wind",
        "por favor no molesten",
        "un cono",
        "スーパーマンコスチューム",
        "使って",
        "maine coon",
        "who're you",
        "71 trees",
    ],
)
def test_endings_accents_digits_and_runs_do_not_make_an_innocent_text_bad(text: str) -> None:
    assert not blocked(text)


@pytest.mark.parametrize(
    "text",
    ["fucking", "whores", "raped", "nazis", "sh1tty", "b1tch", "a55", "Möse", "moese", "coño",
     "huren", "ficken", "putas", "デカチンコ", "このちんこは", "セックス", "自殺する",
     "ma.ine c.u.n.t"],
)  # fmt: skip
def test_inflections_and_disguises_are_still_caught(text: str) -> None:
    assert blocked(text)


def test_languages_that_are_not_asked_for_do_not_count() -> None:
    assert blocked("polla")
    assert blocked("polla", (), ("es",))
    assert not blocked("polla", (), ("en", "de"))


_INNOCENT = 3  # of 60,000: 1 in 20,000


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_hardly_an_innocent_word_is_refused(language: str) -> None:
    """Of wordfreq's 60,000; innocent are those that begin as no listed word does."""
    wordfreq = pytest.importorskip("wordfreq")
    stems = tuple(
        blocklist._letters(word, "")[:4]
        for name in {"en", language}
        for word in blocklist._lists()["blocked"][name]
    )
    refused = [w for w in wordfreq.top_n_list(language, 60_000) if blocked(w, (), {"en", language})]
    innocent = [w for w in refused if not blocklist._letters(w, "").startswith(stems)]
    assert len(innocent) <= _INNOCENT, innocent
