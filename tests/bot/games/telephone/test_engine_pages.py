from bot.games.telephone.engine_pages import in_language
from engine.serve.api import FoundCaption

SEEN = [
    FoundCaption(phrase="a zeppelin above a house", noun="zeppelin", score=0.6),
    FoundCaption(phrase="a small apple", noun="apple", score=0.5),
    FoundCaption(phrase="two dogs", noun="dog", score=0.4),
]
PHRASES = [one.phrase for one in SEEN]


def test_the_bot_says_what_it_sees_in_the_language_of_the_chain() -> None:
    """As far as the list of words goes; a phrase is better than nothing."""
    assert in_language(SEEN, "en", ()) == PHRASES
    assert in_language(SEEN, "es", ()) == ["manzana", "perro", *PHRASES]
    assert in_language(SEEN, "es", ("manzana",)) == ["perro", *PHRASES]
    assert in_language(SEEN[:1], "ja", ()) == PHRASES[:1]
