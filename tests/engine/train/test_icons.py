import json
from random import Random

import numpy as np
import pytest

from engine.train import icons


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("sailing-boat-24-filled", "sailing boat"),
        ("cat-face", "cat"),
        ("umbrella-outline", "umbrella"),
        ("chevron-down", ""),
        ("user-settings-line", ""),
        ("waving-hand-dark-skin-tone", ""),
        ("flag-france", ""),
        ("h1", ""),
    ],
)
def test_name_is_what_the_icon_shows(raw, name):
    assert icons.clean_name(raw) == name


def test_wanted_names_count_whatever_they_look_like():
    wanted = {icons.key(word): word for word in ("remote control", "t-shirt")}
    assert icons.clean_name("remote-control-line", wanted) == "remote control"
    assert icons.clean_name("t-shirt-2-bold", wanted) == "t-shirt"
    assert icons.clean_name("remote-control-line") != "remote control"


_LICENCES = {"a": "MIT", "b": "CC-BY-SA-4.0", "c": "GPL-3.0", "d": "CC-BY-NC-4.0", "e": "CC0-1.0"}


def _about(licence: str, category: str = "Emoji") -> dict:
    return {
        "name": "Set",
        "author": {"name": "Someone"},
        "license": {"spdx": licence, "url": "https://example.org"},
        "category": category,
    }


def test_only_permissive_sets_are_read():
    collections = {prefix: _about(licence) for prefix, licence in _LICENCES.items()}
    collections["f"] = _about("MIT", "Logos")
    assert list(icons.permitted(collections)) == ["a", "e"]


def test_attribution_names_author_and_licence_of_what_was_used():
    collections = {"a": _about("MIT"), "e": _about("CC0-1.0")}
    text = icons.attribution(collections, {"a"})
    assert text == "Set (a), Someone: MIT <https://example.org>"


@pytest.fixture
def package(tmp_path):
    circle = '<circle cx="12" cy="12" r="9" fill="currentColor"/>'
    red = '<rect width="24" height="24" fill="#f00"/>'
    (tmp_path / "json").mkdir()
    (tmp_path / "collections.json").write_text(json.dumps({"a": _about("MIT")}))
    data = {
        "width": 24,
        "height": 24,
        "icons": {
            "ball": {"body": circle},
            "apple": {"body": red},
            "ghost": {"body": '<g filter="x"><filter id="x"/></g>'},
            "old-lamp": {"body": circle, "hidden": True},
            "blank": {"body": "<g/>"},
        },
    }
    (tmp_path / "json" / "a.json").write_text(json.dumps(data))
    return tmp_path


def test_unusable_icons_are_passed_over(package):
    assert [icon.name for icon in icons.read(package, [])] == ["ball", "apple", "blank"]


def test_rendered_icons_are_kept_apart_by_ink(package, tmp_path):
    rendered = icons.render_all(list(icons.read(package, [])), workers=1)
    assert rendered.names == ["ball", "apple"]
    assert rendered.ink.shape == (1, icons.SIZE, icons.SIZE)
    assert rendered.ink[0, 48, 48] == 255
    assert rendered.colour[0, 48, 48].tolist() == [255, 0, 0, 255]
    rendered.save(tmp_path / "icons.npz")
    np.testing.assert_array_equal(icons.Rendered.load(tmp_path / "icons.npz").ink, rendered.ink)


def _icon(name: str, number: int, emoji: bool = False) -> icons.Icon:
    return icons.Icon(name, f"set{number}", "", (0, 0, 24, 24), emoji)


def test_rare_names_are_left_out_unless_wanted():
    pictures = [_icon("boat", i) for i in range(9)] + [_icon("kiwi", 0), _icon("snail", 0)]
    chosen = icons.choose(pictures, {"snail"}, rng=Random(0))
    assert sorted({icon.name for icon in chosen}) == ["boat", "snail"]


def test_no_set_and_no_name_dominates():
    pictures = [_icon("boat", 0) for _ in range(50)] + [_icon("boat", i) for i in range(1, 60)]
    chosen = icons.choose(pictures, set(), rng=Random(0))
    assert len(chosen) == 24
    assert sum(icon.set == "set0" for icon in chosen) <= 3
