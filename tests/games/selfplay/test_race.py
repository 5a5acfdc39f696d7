"""Pictionary of the bot with itself: games with a real engine, and what is told of many."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from engine.client import EngineClient
from engine.see.critic import Critic
from games.__main__ import main
from games.core import replay
from games.drawing.pictionary import PICTIONARY
from games.selfplay import race_report
from games.selfplay.race import RaceSpec, Round, play
from games.selfplay.race_report import Kept
from tests.engine.conftest import tiny_critic as tiny_critic
from tests.engine.conftest import tiny_model as tiny_model
from tests.engine.serve.serving import serving


@pytest.fixture
async def client(tiny_critic: Critic) -> AsyncIterator[EngineClient]:
    async with serving(tiny_critic) as engine, EngineClient(engine.url) as connected:
        yield connected


def spec(seed: int = 3, ink: str = "pen", strokes: int = 4) -> RaceSpec:
    return RaceSpec(seed, 2, strokes, ink, steps=2)  # pyright: ignore[reportArgumentType]


async def test_a_game_is_played_round_by_round(client: EngineClient) -> None:
    told: list[str] = []
    race = await play(client, client, spec(), lambda number, word: told.append(word))
    assert [one.word for one in race.rounds] == told
    assert sorted(told) == sorted(word.concept for word in spec().drawn)
    for one in race.rounds:
        assert 1 <= one.strokes <= 4
        assert one.at is None or 1 <= one.at <= one.strokes
        assert (one.ink is None) == (one.at is None)
        assert one.ink is None or 0 < one.ink <= 1
    again, _ = replay(PICTIONARY, "3", race.log)
    assert again.over
    assert (await play(client, client, spec())).rounds == race.rounds


def test_the_same_seed_draws_the_same_words_in_any_ink() -> None:
    assert spec().drawn == spec(ink="marker", strokes=24).drawn
    assert spec().drawn != spec(seed=4).drawn
    assert set(spec().drawn) <= set(spec().words)


def kept(ink: str, *rounds: Round) -> Kept:
    return Kept(spec(ink=ink), rounds)


GAMES = [
    kept("pen", Round("cat", 8, 2, 0.2, 2, 0.2), Round("dog", 8, 6, 0.8, 4, 0.5, ("cat",))),
    kept("marker", Round("cat", 8), Round("dog", 8, None, None, 8, 1.0)),
]


def test_games_that_were_drawn_alike_share_a_row() -> None:
    marker, pen, every = race_report.rows(GAMES)
    assert (marker.ink, marker.rounds, marker.named, marker.first) == ("marker", 2, 0, 1)
    assert (pen.ink, pen.named, pen.first, pen.first_share) == ("pen", 2, 2, 0.35)
    assert pen.at[1] == 4
    assert pen.by_tenth == (0, 0.5, 0.5, 0.5, 1, 1, 1, 1, 1, 1)
    assert (every.rounds, every.named) == (4, 2)
    assert every.by_tenth[-1] == 0.75


def test_words_are_told_by_how_soon_they_are_named() -> None:
    assert race_report.by_word(GAMES) == [("cat", 2, 1, 0.2), ("dog", 2, 1, 0.8)]


def test_the_plot_is_a_picture_with_a_curve_for_people() -> None:
    rows = race_report.rows(GAMES)
    alone, beside = (race_report.plot(rows, people) for people in (None, (0.05,) * 10))
    assert Image.open(io.BytesIO(alone)).width == 640
    assert alone != beside


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["--rounds", "0"], "--rounds is 1 to 20"),
        (["--strokes", "3"], "--strokes is 4 to 64"),
        (["--games", "0"], "--games"),
        (["--seed", "-1"], "--seed"),
        (["--steps", "0"], "steps"),
        (["--engine", "http://127.0.0.1:1", "--model", "pocket"], "--model"),
        (["--guesser", "http://127.0.0.1:1", "--guesser-model", "pocket"], "--guesser-model"),
        (["--people", "/nowhere.json"], "/nowhere.json"),
    ],
)
def test_bad_requests_are_refused_in_one_line(
    args: list[str], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pictionary", "--self-play", *args, "--out", str(tmp_path)]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1, lines
    assert word in lines[0]


def test_games_leave_their_rounds_and_are_not_played_again(
    tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shape = ["pictionary", "--self-play", "--rounds", "2", "--strokes", "4", "--steps", "2"]
    args = [*shape, "--games", "2", "--model", tiny_model, "--out", str(tmp_path)]
    assert main(args) == 0
    report = json.loads((tmp_path / "race.json").read_text())
    assert [row["rounds"] for row in report["rows"]] == [4]
    assert Image.open(tmp_path / "race.png").width == 640
    assert "named" in capsys.readouterr().out
    people = tmp_path / "people.json"
    people.write_text(json.dumps({"ink": {"by_tenth": [0.1] * 10}}))
    again = ["--games", "2", "--engine", "http://127.0.0.1:1", "--people", str(people)]
    assert main([*shape, *again, "--out", str(tmp_path)]) == 0
    assert "2 of 2 games are there already" in capsys.readouterr().err
