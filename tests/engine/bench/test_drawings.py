from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.bench.drawings import WrongFolder, draw_all
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic

SPECS = [DrawingSpec(prompt=p, strokes=3, steps=3, ink="pen", seeds=1) for p in ("cat", "a dog!")]


def test_drawings_are_those_of_one_painting_alone(tiny_critic: Critic) -> None:
    together = draw_all(tiny_critic, SPECS)
    (alone,) = draw_all(tiny_critic, SPECS[1:])
    assert len(together) == 2
    for ours, theirs in zip(together[1].strokes, alone.strokes, strict=True):
        for here, there in zip(ours.points, theirs.points, strict=True):
            assert here == pytest.approx(there, abs=1e-2)


def test_what_is_kept_is_not_painted_again(tiny_critic: Critic, tmp_path: Path) -> None:
    keep = tmp_path / "drawings"
    (first,) = draw_all(tiny_critic, SPECS[:1], keep)
    (path,) = keep.glob("cat-3-pen-*.json")
    kept = json.loads(path.read_text())
    kept["drawing"]["width"] = kept["drawing"]["height"] = first.width + 1
    path.write_text(json.dumps(kept))
    again, other = draw_all(tiny_critic, SPECS, keep)
    assert again.width == first.width + 1
    assert other.width == first.width
    assert len(list(keep.iterdir())) == 2


def test_what_was_kept_under_an_older_name_still_opens(tiny_critic: Critic, tmp_path: Path) -> None:
    draw_all(tiny_critic, SPECS[:1], tmp_path)
    (path,) = tmp_path.iterdir()
    kept = json.loads(path.read_text())
    kept["wish"] = kept.pop("spec")
    kept["drawing"]["width"] += 1
    path.write_text(json.dumps(kept))
    (opened,) = draw_all(tiny_critic, SPECS[:1], tmp_path)
    assert opened.width == kept["drawing"]["width"]


@pytest.mark.parametrize(
    "change", [{"model": "another"}, {"spec": {}}, {"drawing": {}}, {"drawing": None}]
)
def test_a_folder_of_something_else_is_refused(
    change: dict, tiny_critic: Critic, tmp_path: Path
) -> None:
    draw_all(tiny_critic, SPECS[:1], tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(WrongFolder, match=r"cat-3-pen"):
        draw_all(tiny_critic, SPECS[:1], tmp_path)
