"""Strokes in three dimensions."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.command_line import main
from engine.paint.painter import Painter, paint
from engine.paint.painters.depth import Depth
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic
from tests.engine.serve.serving import serving


def test_the_sides_become_what_they_are_to_be(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic)
    spec = DrawingSpec(
        prompt="a cat", more=("a dog",), painter="depth", strokes=8, steps=40, augment=False
    )
    work = painter.begin(spec)
    assert isinstance(work, Depth)
    front, side = tiny_critic.encode_text(["a cat", "a dog"])

    def scores() -> tuple[float, float]:
        solid = work.solid()
        return (
            painter.judge([solid.seen_from(0)], front)[0],
            painter.judge([solid.seen_from(90)], side)[0],
        )

    before = scores()
    *_, last = paint(painter, work)
    after = scores()
    assert after[0] > before[0]
    assert after[1] > before[1]
    assert len(last.frames) == 36
    # It is no flat drawing: strokes lie at many depths.
    depths = [sum(near) / len(near) for near in last.depths]
    assert max(depths) - min(depths) > 0.2 * last.drawing.width


def test_every_side_becomes_the_prompt_slanting_ones_too(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic)
    spec = DrawingSpec(prompt="a cat", painter="depth", strokes=8, steps=40, augment=False)
    work = painter.begin(spec)
    assert isinstance(work, Depth)
    (target,) = tiny_critic.encode_text(["a cat"])

    def scores() -> list[float]:
        solid = work.solid()
        return painter.judge([solid.seen_from(45 * i) for i in range(8)], target)

    before = scores()
    *_, last = paint(painter, work)
    after = scores()
    assert all(now > then for now, then in zip(after, before, strict=True))
    assert last.score == pytest.approx(sum(after) / 8, abs=1e-4)


async def test_depths_go_over_http(tiny_critic: Critic) -> None:
    async with serving(tiny_critic) as engine:
        events = await engine.draw(painter="depth", strokes=4, steps=3, frames=8)
    last = events[-1]
    assert (last["type"], len(last["frames"])) == ("finished", 8)
    counts = [len(stroke["points"]) for stroke in last["drawing"]["strokes"]]
    assert [len(near) for near in last["depths"]] == counts


def test_a_sculpture_from_the_command_line(tmp_path: Path, tiny_model: str) -> None:
    args = ["--strokes", "4", "--steps", "2", "--frames", "6", "--model", tiny_model]
    assert main(["sculpt", "a cat", "--side", "a dog", *args, "--out", str(tmp_path)]) == 0
    assert (tmp_path / "film.gif").stat().st_size > 0
    assert (tmp_path / "strokes.obj").read_text().count("l ") == 4
    assert '"version":"2.0"' in (tmp_path / "strokes.gltf").read_text()
    with pytest.raises(SystemExit):
        main(["sculpt"])
