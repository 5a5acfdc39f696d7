import pytest

from engine.paint.sketch.scene import MOST, Thing, scene
from engine.see.caption.grammar import parse


def names(prompt: str) -> list[str]:
    return [thing.text for thing in scene(prompt)]


@pytest.mark.parametrize(
    "prompt",
    ["a cat", "The Eiffel Tower", "sandcastle", "a hand", "an android", "Lord of the Rings", "on"],
)
def test_one_thing_is_the_prompt_as_it_stands(prompt: str) -> None:
    assert scene(prompt) == (Thing(prompt),)


@pytest.mark.parametrize(
    ("prompt", "things"),
    [
        ("a cat on a bicycle", ["a cat", "a bicycle"]),
        ("A house with a sun.", ["a house", "a sun"]),
        ("a bird under an umbrella", ["a bird", "an umbrella"]),
        ("a cat is sitting on a chair", ["a cat", "a chair"]),
        ("a sheep wearing a top hat", ["a sheep", "a top hat"]),
        ("two fish", ["fish", "fish"]),
        ("three mice and a cheese", ["mouse", "mouse", "mouse", "a cheese"]),
        ("a cat, a dog and two trees", ["a cat", "a dog", "tree", "tree"]),
        ("a sword, a boomerang, and a hat", ["a sword", "a boomerang", "a hat"]),
    ],
)
def test_each_thing_is_named(prompt: str, things: list[str]) -> None:
    assert names(prompt) == things


def places(prompt: str) -> list:
    found = [thing.place for thing in scene(prompt)]
    assert all(place is not None for place in found)
    return found


@pytest.mark.parametrize(
    "prompt", ["a cat on a chair", "a bird above a house", "a boy riding a horse"]
)
def test_what_is_on_something_is_above_it(prompt: str) -> None:
    first, second = places(prompt)
    assert first.y < second.y


def test_what_is_under_something_is_below_it() -> None:
    first, second = places("a dog under a table")
    assert first.y > second.y


def test_what_is_in_something_is_within_it() -> None:
    inner, outer = places("a fish in a bowl")
    assert inner.side < outer.side
    assert abs(inner.x - outer.x) + inner.side / 2 < outer.side / 2


def test_the_sun_is_in_the_sky_and_a_hat_on_the_head() -> None:
    house, sun = places("a house with a sun")
    assert sun.y < house.y
    assert sun.side < house.side
    dog, hat = places("a dog wearing a hat")
    assert hat.y < dog.y


def test_what_is_listed_stands_in_a_row() -> None:
    cat, dog, tree = places("a cat, a dog and a tree")
    assert cat.x < dog.x < tree.x
    assert cat.y == dog.y == tree.y
    assert cat.x + cat.side / 2 <= dog.x - dog.side / 2 + 0.02


@pytest.mark.parametrize("count", ["two", "three", "four"])
def test_several_stand_apart_and_on_the_canvas(count: str) -> None:
    found = places(f"{count} stars")
    assert len({(place.x, place.y) for place in found}) == len(found)
    for place in found:
        assert place.side / 2 - 0.02 <= place.x <= 1 - place.side / 2 + 0.02
        assert 0 < place.y < 1


def test_too_much_is_one_thing() -> None:
    crowd = "four cats and four dogs"
    assert scene(crowd) == (Thing(crowd),)
    assert MOST < 8
    for listed in ("a cat, a dog, a hat, a tree and a sun", "a cat, a dog and three trees", ","):
        assert scene(listed) == (Thing(listed),)
    chain = "a cat on a dog on a horse"
    assert scene(chain) == (Thing(chain),)


@pytest.mark.parametrize("noun", ["house", "horse", "rose", "cookie", "potato", "slice of bread"])
def test_what_is_counted_is_drawn_by_its_name(noun: str) -> None:
    assert {thing.text for thing in scene(f"two {parse(noun).plural}")} == {noun}
