from __future__ import annotations

import json

import pytest
import torch

from engine.bench import table1
from engine.see.critic import Critic


def test_scores_are_of_the_picture_and_the_mean_of_its_views(
    tiny_critic: Critic,
) -> None:
    image = torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(0))
    plain, augmented = table1.scores(tiny_critic, image, "a cat")
    text = tiny_critic.encode_text(["a cat"])[0]
    assert plain == pytest.approx(float(tiny_critic.encode_images(image[None])[0] @ text), abs=1e-5)
    assert augmented != pytest.approx(plain, abs=1e-4)
    # A blank picture looks the same from everywhere.
    plain, augmented = table1.scores(tiny_critic, torch.ones(3, 32, 32), "a cat")
    assert augmented == pytest.approx(plain, abs=1e-4)


def test_each_method_raises_what_it_optimises(tiny_critic: Critic) -> None:
    noise = torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(0))
    _, before = table1.scores(tiny_critic, noise, "a cat")
    image = table1.descended(tiny_critic, "pixels", 40, "a cat", 0)
    _, after = table1.scores(tiny_critic, image, "a cat")
    assert after > before
    few, many = (
        table1.drawn(tiny_critic, "a cat", 0, steps, 8, augment=False) for steps in (1, 60)
    )
    assert (
        table1.scores(tiny_critic, many, "a cat")[0] > table1.scores(tiny_critic, few, "a cat")[0]
    )


def test_the_table_has_three_methods_with_means_and_spread(
    tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PENGUESS_BIGGAN", "PENGUESS_VQGAN"):  # with them there are five
        monkeypatch.delenv(name, raising=False)
    report = table1.run(tiny_model, seeds=1, steps=2, strokes=4, prompts=("a cat", "a dog"))
    assert [row["method"] for row in report["rows"]] == [
        "CLIPDraw",
        "CLIPDraw, no augmentation",
        "pixel optimisation",
    ]
    for row in report["rows"]:
        assert row["lost"] == pytest.approx(row["plain"] - row["augmented"], abs=2e-4)
        assert row["augmented_sd"] >= 0
    json.dumps(report)


def test_the_papers_figures_stand_beside_what_is_measured(
    tiny_model: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(table1.PROMPTS) == 7
    assert table1.paper("VQGAN", "third eye") == 0.368
    assert table1.paper("CLIPDraw", "a cat") is None
    monkeypatch.setenv("COLUMNS", "160")
    args = ["--model", tiny_model, "--seeds", "1", "--steps", "1", "--strokes", "2"]
    assert table1.main([*args, "--json"]) == 0
    (row, *_) = json.loads(capsys.readouterr().out)["rows"]
    measured = row["by_prompt"]["underwater"]
    assert table1.main(args) == 0
    assert f"{measured:.3f} (0.413)" in capsys.readouterr().out


def test_an_unknown_model_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert table1.main(["--model", "nonsense"]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
