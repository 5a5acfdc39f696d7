"""Films: from one drawing to the next."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.canvas.drawing import Drawing
from engine.command_line import main
from engine.paint import checkpoint
from engine.paint.painter import Painter, paint
from engine.paint.painters.morph import arc
from engine.paint.settling import NotThisPainter, settle
from engine.paint.spec import DrawingSpec
from engine.see import critic as critics
from engine.see.critic import Critic
from tests.engine.serve.serving import serving


def film(*more: str, **fields: Any) -> DrawingSpec:
    given = {"prompt": "a seed", "strokes": 6, "steps": 4, "painter": "morph", "more": more}
    return DrawingSpec.model_validate(given | fields)


@pytest.mark.parametrize(("more", "frames", "made"), [(1, 5, 5), (2, 8, 8), (2, None, 25)])
def test_a_film_has_the_frames_that_are_asked_for(
    tiny_critic: Critic, more: int, frames: int | None, made: int
) -> None:
    painter = Painter(tiny_critic)
    spec = film(*("a sprout", "a tree")[:more], frames=frames, steps=2)
    last = [*paint(painter, painter.begin(spec))][-1]
    assert len(last.frames) == made
    assert last.drawing == last.frames[-1]
    assert len(set(last.frames)) == made


def test_every_frame_is_nearer_to_its_own_end(tiny_critic: Critic) -> None:
    first, last = tiny_critic.encode_text(["a seed", "a tree"])
    shares = [i / 8 for i in range(9)]
    towards = [float(arc(first, last, share) @ last) for share in shares]
    assert towards == sorted(towards)
    assert all(
        float(arc(first, last, share).norm()) == pytest.approx(1, abs=1e-5) for share in shares
    )


def test_a_film_begins_with_a_drawing_that_is_given(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic)
    own = [*paint(painter, painter.begin(DrawingSpec(prompt="a cat", strokes=4, steps=2)))][-1]
    work = painter.begin(film("a tree", frames=4), own.drawing)
    last = [*paint(painter, work)][-1]
    assert len(last.frames) == 4
    assert last.frames[0] == own.drawing.fitted(tiny_critic.image_size)


def test_the_built_in_model_sketches_every_frame_with_the_same_strokes() -> None:
    critic = critics.load("pocket")
    painter = Painter(critic)
    spec = film("a fish", prompt="a house", strokes=16, frames=4, ink="pen")
    work = painter.begin(spec)
    painter.add(work)
    saved = None
    while not work.done:
        painter.step()
        if work.step == 3:
            saved = checkpoint.save(work)
    last = painter.finish(work)
    frames = last.frames
    assert len(frames) == 4
    # From the same noise: a frame's strokes lie nearer to their neighbours' than to the ends'.
    near, far = (
        sum(
            abs(x0 - x1) + abs(y0 - y1)
            for one, other in zip(frames[0].strokes, frame.strokes, strict=False)
            for (x0, y0), (x1, y1) in zip(one.points, other.points, strict=False)
        )
        for frame in (frames[1], frames[-1])
    )
    assert near < far
    again = painter.begin(spec)
    assert saved is not None
    checkpoint.resume(again, saved)
    painter.add(again)
    while not again.done:
        painter.step()
    assert painter.finish(again).frames == frames


def test_a_style_lies_over_every_frame(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic)
    last = [*paint(painter, painter.begin(film("a tree", frames=4, style="neon")))][-1]
    assert len(set(last.frames)) == 4
    assert replace(last.drawing, plain=None) == last.frames[-1]
    for frame in last.frames:
        assert max(frame.background) < 0.3  # a dark wall
        assert len(frame.strokes) > 6  # each line with its glow


async def test_a_film_goes_over_http(tiny_critic: Critic) -> None:
    async with serving(tiny_critic) as engine:
        events = await engine.draw(painter="morph", more=["a dog"], frames=4, strokes=4, steps=3)
        status, body = await engine.call(
            "POST", "/v1/drawings", json={"prompt": "a cat", "more": ["a dog"]}
        )
    last = events[-1]
    assert last["type"] == "finished"
    frames = [Drawing.from_dict(frame) for frame in last["frames"]]
    assert [frame.width for frame in frames] == [512] * 4
    assert frames[-1] == Drawing.from_dict(last["drawing"])
    assert (status, body["error"]["code"]) == (422, "not_this_painter")


def test_what_makes_no_film_says_so_in_a_line() -> None:
    with pytest.raises(NotThisPainter, match=r"^the painter gradient draws one prompt: "):
        settle(DrawingSpec(prompt="a cat", more=("a dog",)), "tiny")
    with pytest.raises(NotThisPainter, match=r"^the painter pixels makes no film: "):
        settle(DrawingSpec(prompt="a cat", frames=5, painter="pixels"), "tiny")


def test_a_film_from_the_command_line(
    tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["--strokes", "4", "--steps", "3", "--frames", "5", "--model", tiny_model]
    assert main(["morph", "a cat", "a dog", *args, "--out", str(tmp_path)]) == 0
    with Image.open(tmp_path / "film.gif") as gif:
        assert gif.n_frames == 5  # type: ignore[attr-defined]
        assert gif.info["loop"] == 0
    record = json.loads((tmp_path / "drawing.json").read_text())
    assert (record["request"]["more"], len(record["frames"])) == (["a dog"], 5)
    capsys.readouterr()
    assert main(["morph", "a cat", *args]) == 2
    assert "two prompts" in capsys.readouterr().err
