from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.bench import words
from engine.canvas.drawing import Drawing

SAID = {
    "ant": {"plain": [("ant", 0.9), ("bee", 0.1)], "separable": [("bee", 0.6), ("ant", 0.3)]},
    "bee": {"plain": [("sun", 0.8), ("fire", 0.1)]},
}
OPINIONS = {"ant": 0.8, "bee": 0.1, "gear": 0.3}


def test_credit_is_for_the_first_word_and_half_for_the_first_five() -> None:
    said = [(word, 0.1) for word in "abcdef"]
    assert [words.credit(said, word) for word in "abefz"] == [1.0, 0.5, 0.5, 0.0, 0.0]


def test_difficulty_is_what_is_missing_of_what_is_known() -> None:
    words_ = ["ant", "gear", "love", "bee"]
    rows = words.measure(words_, SAID, OPINIONS, {"ant": 0.25, "bee": 1.0})
    # Where no judge knows the word, the second opinion counts.
    assert [row["drawn"] for row in rows] == [0.75, 0.3, None, 0.0]
    assert [row["opinion"] for row in rows] == [0.8, 0.3, None, 0.1]
    assert [row["measured"] for row in rows] == [0.5, 0.7, None, 0.5]
    assert rows[0]["said"]["separable"] == {"first": "bee", "probability": 0.3, "credit": 0.5}


def test_a_list_keeps_all_else_when_it_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(
        '{\n  "ant": {"theme": "animals", "measured": null},\n'
        '  "piñata": {"alternatives": ["pinata"], "measured": 0.25}\n}\n',
        "utf-8",
    )
    before = path.read_text("utf-8")
    entries = words.read_list(path)
    words.store(path, entries, [{"word": "ant", "measured": 0.5}])
    assert path.read_text("utf-8") == before.replace("null", "0.5").replace("0.25", "null")


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}'])
def test_what_is_no_list_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(text)
    with pytest.raises(words.BadList, match=r"list\.json"):
        words.read_list(path)


def test_the_game_s_own_list_can_be_read() -> None:
    path = Path(__file__).parents[3] / "games" / "words" / "en.json"
    entries = words.read_list(path)
    assert len(entries) > 1000
    assert all("measured" in about for about in entries.values())


def test_a_judge_says_its_five_likeliest_words() -> None:
    def judge(images: torch.Tensor) -> torch.Tensor:
        return torch.tensor([0.05, 0.3, 0.2, 0.15, 0.1, 0.2001]).repeat(len(images), 1)

    (said,) = words.say(judge, list("abcdef"), [Drawing(64, 64)])
    assert [word for word, _ in said] == ["b", "f", "c", "d", "e"]
    assert said[0][1] == pytest.approx(0.3)


def test_the_sheet_shows_the_surest_first_and_the_furthest_last() -> None:
    rows = words.measure(["bee", "ant", "gear"], SAID, OPINIONS, {})
    drawings = {"bee": Drawing(10, 10), "ant": Drawing(20, 20), "gear": Drawing(30, 30)}
    first, last = words.extremes(rows, drawings, 1)
    assert first == (drawings["ant"], ("ant", "ant / bee"))
    assert last == (drawings["bee"], ("bee", "sun"))


def test_the_table_has_the_easiest_first_and_names_the_unmeasured() -> None:
    rows = words.measure(["gear", "love", "ant"], SAID, OPINIONS, {"ant": 0.25})
    assert words.markdown(rows).splitlines()[2:] == [
        "| ant | 0.75 | ant / bee | 0.25 | 0.50 | plain, separable |",
        "| gear | 0.30 |  |  | 0.70 |  |",
        "",
        "Unmeasured, 1 words: love.",
    ]


def test_without_judges_the_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("PENGUESS_JUDGES", raising=False)
    path = tmp_path / "list.json"
    path.write_text("{}")
    assert words.main(["--words", str(path)]) == 2
    assert "PENGUESS_JUDGES" in capsys.readouterr().err
