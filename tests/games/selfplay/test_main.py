"""The command as people call it, and the chains it plays with a real engine."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.client import EngineClient
from engine.see.critic import Critic
from games.__main__ import main
from games.core import decode, replay
from games.selfplay.chain import ChainSpec, Told, play
from games.telephone.books import DRAWING, PHRASE
from games.telephone.telephone import TELEPHONE
from games.words.lists import words
from tests.engine.conftest import tiny_critic as tiny_critic
from tests.engine.conftest import tiny_model as tiny_model
from tests.engine.serve.serving import serving

QUICK = ["--steps", "3", "--strokes", "4"]


@pytest.fixture
async def client(tiny_critic: Critic) -> AsyncIterator[EngineClient]:
    async with serving(tiny_critic) as engine, EngineClient(engine.url) as connected:
        yield connected


def spec(prompt: str = "a cat riding a bicycle", links: int = 5, seed: int = 3) -> ChainSpec:
    return ChainSpec(seed, prompt, links, strokes=4, avoid=("a scribble",), ink="pen", steps=3)


async def test_a_chain_is_phrases_and_drawings_in_turn(client: EngineClient) -> None:
    told = await play(client, spec())
    assert [page.kind for page in told.pages] == [PHRASE, DRAWING, PHRASE, DRAWING, PHRASE]
    assert told.pages[0].content == "a cat riding a bicycle"
    assert all(told.drawings[page.content].strokes for page in told.pages[1::2])
    assert all(page.content for page in told.pages)
    assert told.drift.to_first[0] == pytest.approx(1.0, abs=1e-5)
    assert len(told.drift.to_previous) == 5
    assert told.chain.avoiding


async def test_the_same_seed_is_the_same_chain(client: EngineClient) -> None:
    def phrases(told: Told) -> list[str]:
        return [page.content for page in told.pages if page.kind == PHRASE]

    one, again, other = [await play(client, spec("", seed=seed)) for seed in (5, 5, 6)]
    assert phrases(one) == phrases(again)
    assert one.drawings == again.drawings
    assert phrases(one) != phrases(other)


async def test_a_random_chain_begins_with_a_word_of_the_list(client: EngineClient) -> None:
    told = await play(client, spec("", links=2))
    assert told.pages[0].content in {word.text for word in words("en")}


async def test_the_log_tells_the_game_again(client: EngineClient) -> None:
    told = await play(client, spec(links=3))
    again, _ = replay(TELEPHONE, "3", told.log)
    assert again.over
    assert again.state.album.books == (told.pages,)
    assert again.state.album.kept == pytest.approx((max(0.0, told.drift.to_first[2] or 0.0),))


@pytest.mark.parametrize(
    ("args", "word"),
    [
        ([], "--prompt"),
        (["--prompt", "  "], "--prompt"),
        (["--prompt", "x" * 101], "100 characters"),
        (["--prompt", "a nazi"], "blocked"),
        (["--random", "--links", "1"], "--links is 2 to 24"),
        (["--random", "--links", "25"], "--links"),
        (["--random", "--strokes", "3"], "--strokes is 4 to 64"),
        (["--random", "--strokes", "8", "16"], "--chains"),
        (["--random", "--steps", "0"], "steps"),
        (["--random", "--seed", "-1"], "--seed"),
        (["--random", "--avoid", ""], "avoid"),
        (["--chains", "0"], "--chains"),
        (["--random", "--engine", "http://127.0.0.1:1", "--model", "pocket"], "--model"),
        (["--random", "--engine", "http://127.0.0.1:1"], "does not answer"),
        (["--random", "--model", "nonsense"], "nonsense"),
        (["--random", "--out", "/proc/nowhere"], "/proc/nowhere"),
    ],
)
def test_bad_requests_are_refused_in_one_line(
    args: list[str], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = [] if "--out" in args else ["--out", str(tmp_path)]
    assert main(["telephone", *args, *out]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1, lines
    assert word in lines[0]


def test_a_chain_leaves_its_album(
    tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["--prompt", "a cat", "--links", "3", "--model", tiny_model, "--out", str(tmp_path)]
    assert main(["telephone", *args, *QUICK]) == 0
    names = {"album.html", "album.zip", "chain.png", "chain.gif", "drift.svg", "chain.json"}
    assert {path.name for path in tmp_path.iterdir()} == names
    record = json.loads((tmp_path / "chain.json").read_text())
    assert [page["kind"] for page in record["books"][0]["pages"]] == ["phrase", "drawing", "phrase"]
    log = [decode(TELEPHONE, json.dumps(line)) for line in record["log"]]
    assert replay(TELEPHONE, "0", log)[0].over
    said = capsys.readouterr().out
    assert record["books"][0]["sentence"] in said
    assert "  1  a cat" in said


def test_many_chains_are_surveyed(
    tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["--chains", "2", "--links", "3", "--strokes", "4", "5", "--steps", "2"]
    assert main(["telephone", *args, "--model", tiny_model, "--out", str(tmp_path)]) == 0
    survey = json.loads((tmp_path / "survey.json").read_text())
    conditions = [(4, False), (4, True), (5, False), (5, True)]
    assert [(row["strokes"], row["avoiding"]) for row in survey["rows"]] == conditions
    assert [row["chains"] for row in survey["rows"]] == [2] * 4
    assert all(len(row["kept"]) == 2 for row in survey["rows"])
    assert len(survey["chains"]) == 8
    starts = {chain["spec"]["seed"]: chain["phrases"][0] for chain in survey["chains"]}
    assert all(one["phrases"][0] == starts[one["spec"]["seed"]] for one in survey["chains"])
    assert (tmp_path / "5-avoiding" / "001" / "chain.gif").is_file()
    assert "negative prompts" in " ".join(capsys.readouterr().out.split())


def test_a_survey_goes_on_where_it_was_stopped(
    tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shape = ["--links", "3", *QUICK, "--model", tiny_model, "--out", str(tmp_path)]
    assert main(["telephone", "--chains", "2", "--negative", "no", *shape]) == 0
    first, second = (tmp_path / "4" / number / "chain.json" for number in ("000", "001"))
    written = first.stat().st_mtime_ns
    second.write_text(second.read_text()[:100])
    assert main(["telephone", "--chains", "3", "--negative", "no", *shape]) == 0
    assert first.stat().st_mtime_ns == written
    survey = json.loads((tmp_path / "survey.json").read_text())
    assert [chain["spec"]["seed"] for chain in survey["chains"]] == [0, 1, 2]
    assert "1 of 3 chains are there already" in capsys.readouterr().err
    longer = ["--links", "5", *shape[2:]]
    assert main(["telephone", "--chains", "2", "--negative", "no", *longer]) == 0
    survey = json.loads((tmp_path / "survey.json").read_text())
    assert [chain["spec"]["links"] for chain in survey["chains"]] == [5, 5]


def test_a_survey_that_is_whole_needs_no_engine(tmp_path: Path, tiny_model: str) -> None:
    survey = ["telephone", "--chains", "2", "--links", "2", *QUICK, "--negative", "no"]
    assert main([*survey, "--model", tiny_model, "--out", str(tmp_path)]) == 0
    assert main([*survey, "--engine", "http://127.0.0.1:1", "--out", str(tmp_path)]) == 0
