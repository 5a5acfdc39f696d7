"""All painters there are, and one more that is added by a line."""

from __future__ import annotations

import base64
import io
import json
import pickle
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from engine.canvas.drawing import Drawing
from engine.command_line import main
from engine.paint import checkpoint
from engine.paint.options import GRADIENT, PAINTERS
from engine.paint.painter import Painter, paint
from engine.paint.painters.way import Work
from engine.paint.settling import NotThisPainter, settle
from engine.paint.spec import DrawingSpec
from engine.see.critic import POCKET, Critic, load
from engine.serve.worker import Began, Ended, Preview, Saved, Stepped, Worker
from tests.engine.paint.painters import dots_painter
from tests.engine.paint.painters.conftest import installed
from tests.engine.serve.serving import QUICK, serving
from tests.engine.serve.test_worker import Listener, job, start
from tests.pace import Pace

OTHERS = tuple(installed(name) for name in PAINTERS if name != GRADIENT)

pytestmark = pytest.mark.usefixtures("tiny_generators")


@pytest.fixture
def dots(monkeypatch: pytest.MonkeyPatch) -> str:
    """One more painter: a file, and this line."""
    monkeypatch.setitem(PAINTERS, "dots", "tests.engine.paint.painters.dots_painter")
    return "dots"


@pytest.fixture
def listener() -> Listener:
    return Listener()


def spec(painter: str, **fields: Any) -> DrawingSpec:
    given = {"prompt": "a cat", "strokes": 6, "steps": 6, "seeds": 1, "painter": painter}
    return DrawingSpec.model_validate(given | fields)


def test_a_new_painter_draws_from_the_command_line(
    dots: str, tmp_path: Path, tiny_model: str
) -> None:
    args = ["draw", "a cat", "--painter", dots, "--strokes", "5", "--model", tiny_model]
    assert main([*args, "--out", str(tmp_path)]) == 0
    record = json.loads((tmp_path / "drawing.json").read_text())
    assert record["request"]["painter"] == dots
    assert (record["step"], len(record["strokes"])) == (20, 5)


@pytest.mark.parametrize(
    ("painter", "of_lines"), [("evolution", True), ("collage", False), ("pixels", False)]
)
def test_there_is_a_second_opinion_of_lines_alone(painter: str, of_lines: bool) -> None:
    """It has learned from line drawings, and says of all pictures that nobody sees anything."""
    by = Painter(load(POCKET))
    *_, last = paint(by, by.begin(spec(painter, steps=1)))
    assert (last.opinion is not None) == of_lines


async def test_a_new_painter_draws_over_http(dots: str, tiny_critic: Critic) -> None:
    async with serving(tiny_critic) as engine:
        events = await engine.draw(painter=dots, strokes=5, steps=8, every=2)
    assert events[0]["type"] == "started"
    previews = [e["step"] for e in events if e["type"] == "progress"]
    assert previews == sorted({*previews})  # of those not yet taken, the newest wins
    last = events[-1]
    assert (last["type"], last["step"], last["steps"]) == ("finished", 8, 8)
    assert len(last["drawing"]["strokes"]) == 5


async def test_who_is_no_painter_is_refused_in_a_line(
    tiny_critic: Critic, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(tiny_critic) as engine:
        status, body = await engine.call(
            "POST", "/v1/drawings", json={"prompt": "a cat", "painter": "bob"}
        )
    assert (status, body["error"]["code"]) == (422, "invalid")
    assert "painter: " in body["error"]["message"]
    assert "gradient" in body["error"]["message"]
    with pytest.raises(SystemExit) as left:
        main(["draw", "a cat", "--painter", "bob"])
    assert left.value.code == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "'bob'" in line


async def test_a_picture_is_refused_by_a_painter_that_draws_none(tiny_critic: Critic) -> None:
    with pytest.raises(NotThisPainter, match=r"^the painter pixels draws no pictures"):
        settle(spec("pixels"), "tiny", of_picture=True)
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, "PNG")
    picture = base64.b64encode(out.getvalue()).decode()
    async with serving(tiny_critic) as engine:
        asked = {"prompt": "a cat", "painter": "pixels", "picture": picture}
        status, body = await engine.call("POST", "/v1/drawings", json=asked)
    assert (status, body["error"]["code"]) == (422, "not_this_painter")


@pytest.mark.parametrize("name", OTHERS)
def test_every_painter_draws_to_its_end(tiny_critic: Critic, name: str) -> None:
    painter = Painter(tiny_critic)
    states = list(paint(painter, painter.begin(spec(name))))
    assert states[0].step == 0
    assert states[-1].final
    assert states[-1].step == states[-1].steps
    assert not painter.under_way
    assert all(-1 <= state.score <= 1 for state in states)
    last = states[-1].drawing
    assert Drawing.from_json(last.to_json()).to_json() == last.to_json()
    assert states[0].drawing != last


@pytest.mark.parametrize("name", OTHERS)
def test_every_painter_draws_the_same_with_the_same_seed(tiny_critic: Critic, name: str) -> None:
    painter = Painter(tiny_critic)
    one, same, other = (
        [*paint(painter, painter.begin(spec(name, seed=seed)))][-1].drawing for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


@pytest.mark.parametrize("name", OTHERS)
def test_every_painter_goes_on_from_where_it_was_saved(tiny_critic: Critic, name: str) -> None:
    painter = Painter(tiny_critic)
    whole = painter.begin(spec(name))
    painter.add(whole)
    saved = None
    while not whole.done:
        painter.step()
        saved = saved or (whole.step >= 3 and pickle.dumps(checkpoint.save(whole)))
    again = painter.begin(spec(name))
    assert isinstance(saved, bytes)
    checkpoint.resume(again, pickle.loads(saved))  # noqa: S301  ours
    assert again.step >= 3
    painter.add(again)
    while not again.done:
        painter.step()
    assert again.state() == whole.state()


@pytest.mark.parametrize("name", OTHERS)
def test_every_painter_goes_on_from_its_own_preview(tiny_critic: Critic, name: str) -> None:
    """As the bot does after a restart: it has no more than the last picture."""
    painter = Painter(tiny_critic)
    work = painter.begin(spec(name))
    preview = Drawing.from_json(work.state().drawing.scaled(512).to_json(2))
    resumed = painter.begin(spec(name, seed=9), preview)
    assert [*paint(painter, resumed)][-1].final


def test_what_one_painter_saved_no_other_takes_up(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic)
    strokes, picture = painter.begin(spec(GRADIENT)), painter.begin(spec("pixels"))
    for one, other in ((strokes, picture), (picture, strokes)):
        with pytest.raises(ValueError, match="another painter"):
            checkpoint.resume(one, checkpoint.save(other))


def test_painters_take_turns_by_the_time_they_have_had(
    tiny_critic: Critic, dots: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a clock by which a step of two drawings together takes two seconds, one of dots three."""
    now = 0.0
    painter = Painter(tiny_critic, QUICK)
    together = painter._step_together

    def timed(pause: Any) -> None:
        nonlocal now
        together(pause)
        now += 2.0

    advance = Work.advance

    monkeypatch.setattr("engine.paint.painter.time", SimpleNamespace(perf_counter=lambda: now))
    monkeypatch.setattr(painter, "_step_together", timed)
    for seed in range(2):
        painter.add(painter.begin(spec(GRADIENT, steps=60, seed=seed)))
    slow = painter.begin(spec(dots, steps=60))
    assert isinstance(slow, Work)
    assert type(slow).advance is not advance
    quick = type(slow).advance

    def slowly(work: Any, pause: Any) -> None:
        nonlocal now
        quick(work, pause)
        now += 3.0

    monkeypatch.setattr(type(slow), "advance", slowly)
    painter.add(slow)
    whose: list[int] = []
    for _ in range(40):
        painter.step()
        whose.append(len(painter.stepped))
    # A second a drawing and step for those together, three for the dots: one turn in four.
    assert (whose.count(2), whose.count(1)) == (30, 10)
    late = painter.begin(spec(dots, steps=60))
    painter.add(late)
    for _ in range(10):
        painter.step()
    assert 1 <= late.step <= 3  # it does not make up for what was before it came


def test_a_work_is_stopped_beside_others(
    tiny_critic: Critic, dots: str, listener: Listener, pace: Pace
) -> None:
    worker = start(Painter(tiny_critic, QUICK), listener)
    with pace.held():
        worker.paint(job("dots", painter=dots, steps=5000))
        worker.paint(job("lines", steps=12))
        listener.until(Began, 2)
    reports = listener.until(Ended)
    assert [report.id for report in reports if isinstance(report, Ended)] == ["lines"]
    previews = {report.id for report in reports if isinstance(report, Preview)}
    assert previews == {"dots", "lines"}
    worker.stop("dots")
    (ended,) = [report for report in listener.until(Ended) if isinstance(report, Ended)]
    worker.close()
    assert ended.state is not None
    assert 0 < ended.state.step < 5000
    assert len(ended.state.drawing.strokes) == 4


def test_a_work_that_breaks_breaks_alone(
    tiny_critic: Critic, dots: str, listener: Listener, monkeypatch: pytest.MonkeyPatch, pace: Pace
) -> None:
    advance = dots_painter.Dots.advance

    def stumbles(work: dots_painter.Dots, pause: Any) -> None:
        if work.spec.prompt == "broken" and work.step == 2:
            raise RuntimeError("stumbled")
        advance(work, pause)

    monkeypatch.setattr(dots_painter.Dots, "advance", stumbles)
    worker = start(Painter(tiny_critic, QUICK), listener)
    with pace.held():
        worker.paint(job("broken", painter=dots, steps=6))
        worker.paint(job("dots", painter=dots, steps=6))
        worker.paint(job("lines", steps=6))
        listener.until(Began, 3)
    ended = {r.id: r for r in listener.until(Ended, 3) if isinstance(r, Ended)}
    worker.close()
    assert ended["broken"].error
    for good in ("dots", "lines"):
        assert ended[good].error is None
        assert ended[good].state.step == 6


def test_a_work_goes_on_in_another_process(
    tiny_critic: Critic, dots: str, listener: Listener
) -> None:
    stays = Worker(lambda: Painter(tiny_critic, QUICK), listener, threads=1, save_every=4)
    stays.start()
    wished = job("x", painter=dots, steps=10)
    stays.paint(wished)
    reports = listener.until(Ended)
    stays.close()
    saved = [report.checkpoint for report in reports if isinstance(report, Saved)]
    assert [one.step for one in saved] == [4, 8]
    other = start(Painter(tiny_critic, QUICK), listener)
    other.paint(replace(wished, saved=saved[0]))
    again = listener.until(Ended)
    other.close()
    assert again[-1] == reports[-1]
    assert sum(isinstance(report, Stepped) for report in again) == 6
