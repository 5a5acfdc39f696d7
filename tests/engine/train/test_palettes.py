from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.paint.colour.palette import EMPTY, GRID, table
from engine.train.palettes import (
    SETS,
    Colours,
    colours_of,
    emoji,
    gather,
    picture,
    read_own,
    typical,
    write,
)


def flat(*rgb: tuple[float, float, float]) -> Colours:
    shares = np.full(len(rgb), 1 / len(rgb))
    return Colours(np.array(rgb), shares, np.full((GRID, GRID), EMPTY))


def document(body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">{body}</svg>'


def test_a_picture_has_its_colours_by_share_and_by_place() -> None:
    tree = '<path fill="#2a4" d="M4 4h40v30H4z"/><path fill="#852" d="M4 34h40v10H4z"/>'
    found = colours_of(picture(document(tree).replace("<svg ", '<svg width="48" height="48" ')))
    assert found is not None
    assert found.rgb[0] == pytest.approx((2 / 15, 10 / 15, 4 / 15), abs=0.02)
    assert found.rgb[1] == pytest.approx((8 / 15, 5 / 15, 2 / 15), abs=0.02)
    assert found.shares == pytest.approx((0.75, 0.25), abs=0.02)
    assert (found.places[:5] == 0).all()
    assert (found.places[-1] == 1).all()


def test_lines_are_no_colour_and_a_black_thing_is_black() -> None:
    lined = '<rect x="4" y="4" width="40" height="40" fill="#e33" stroke="#111" stroke-width="2"/>'
    head = '<svg width="48" height="48" '
    red = colours_of(picture(document(lined).replace("<svg ", head)))
    black = colours_of(picture(document('<circle cx="24" cy="24" r="20"/>').replace("<svg ", head)))
    assert red is not None
    assert black is not None
    assert len(red.shares) == len(black.shares) == 1
    assert black.rgb[0].max() < 0.1
    assert colours_of(np.zeros((48, 48, 4))) is None


def test_the_typical_set_is_the_one_that_others_are_like() -> None:
    red, redder, blue = flat((0.9, 0.1, 0.1)), flat((0.8, 0.1, 0.1)), flat((0.1, 0.1, 0.9))
    assert typical([blue, red, redder]) is not blue
    assert typical([red]) is red


def test_own_entries_name_an_emoji_or_colours_that_sum_to_1() -> None:
    entries = dict(read_own())
    assert entries["apple"] == "red-apple"
    barn = entries["barn"]
    assert isinstance(barn, Colours)
    assert barn.shares.sum() == pytest.approx(1)
    assert len(entries) > 200


def test_a_table_is_gathered_and_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.txt"
    own.write_text("# ours\nbarn = #b5342c .75 #f4efe6 .25\nball = red-ball\n", "utf-8")
    monkeypatch.setattr("engine.train.palettes.OWN", own)
    monkeypatch.setattr(read_own, "__defaults__", (own,))
    red = '<circle cx="24" cy="24" r="20" fill="#d22"/>'
    icons = {
        "red-ball": {"body": red},
        "dog-face": {"body": red.replace("d22", "852")},
        "dog-face-dark-skin-tone": {"body": red},
        "flag-x": {"body": red},
    }
    (tmp_path / "json").mkdir()
    for name in SETS:
        data = {"icons": icons, "width": 48, "height": 48, "categories": {"Flags": ["flag-x"]}}
        (tmp_path / "json" / f"{name}.json").write_text(json.dumps(data), "utf-8")
    assert "flag-x" not in dict(emoji(tmp_path, SETS[0]))
    things = gather(tmp_path)
    assert list(things) == ["ball", "barn", "dog", "dog face", "red ball"]
    write(things, tmp_path / "t.npz")
    known = table(tmp_path / "t.npz")
    assert known.names == tuple(things)
    ball, barn, dog = (known.palettes[known.row[n]] for n in ("ball", "barn", "dog"))
    assert ball.colours == known.palettes[known.row["red ball"]].colours
    assert ball.plan.count(0) > 40
    assert barn.plan == ()
    assert barn.shares == pytest.approx((0.75, 0.25), abs=0.01)
    assert dog.things == ("dog",)
