"""The command line as people use it: what it leaves behind, and what it says to bad input."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.canvas.drawing import Drawing, polyline
from engine.canvas.svg import from_svg
from engine.command_line import main
from tests.engine.canvas.pictures import promised
from tests.pace import Pace

FILES = {"drawing.svg", "drawing.png", "drawing.gif", "drawing.json"}
QUICK = ["--strokes", "4", "--steps", "6", "--seeds", "1"]


def drawn() -> Image.Image:
    """A small picture with a line on it."""
    image = Image.new("RGB", (40, 40), "white")
    image.paste("black", (10, 10, 30, 14))
    return image


def draw(out: Path, *args: str) -> int:
    return main(["draw", *args, "--out", str(out)])


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """The one line that a refused command prints."""
    assert main(list(args)) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_a_drawing_leaves_four_files(
    tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert draw(tmp_path, "a cat", *QUICK, "--model", tiny_model, "--avoid", "a dog") == 0
    assert {path.name for path in tmp_path.iterdir()} == FILES
    record = json.loads((tmp_path / "drawing.json").read_text())
    assert record["request"]["prompt"] == "a cat"
    assert record["request"]["avoid"] == ["a dog"]
    assert record["model"] == tiny_model
    assert 1 <= len(record["strokes"]) <= 4  # strokes that do not matter are left out
    assert -1 <= record["score"] <= 1
    assert record["timings"]["drawing_seconds"] > 0
    drawing = Drawing.from_json((tmp_path / "drawing.json").read_text())
    assert len(from_svg((tmp_path / "drawing.svg").read_text()).strokes) == len(drawing.strokes)
    assert Image.open(tmp_path / "drawing.png").size == (512, 512)
    with Image.open(io.BytesIO((tmp_path / "drawing.gif").read_bytes())) as gif:
        assert gif.n_frames > 2
    assert "first picture after" in capsys.readouterr().out


def test_a_drawing_goes_on_from_another(tmp_path: Path, tiny_model: str) -> None:
    draw(tmp_path / "one", "a cat", *QUICK, "--model", tiny_model)
    source = tmp_path / "one" / "drawing.svg"
    assert (
        draw(tmp_path / "two", "a dog", *QUICK, "--from", str(source), "--model", tiny_model) == 0
    )
    record = json.loads((tmp_path / "two" / "drawing.json").read_text())
    assert 1 <= len(record["strokes"]) <= 4


def test_a_picture_can_be_drawn(tmp_path: Path, tiny_model: str) -> None:
    picture = tmp_path / "picture.png"
    Image.new("RGB", (50, 50), "red").save(picture)
    assert draw(tmp_path, "red", *QUICK, "--from", str(picture), "--model", tiny_model) == 0


@pytest.mark.parametrize(
    ("args", "word"),
    [
        ([""], "prompt"),
        (["   "], "prompt"),
        (["x" * 501], "prompt"),
        (["a cat", "--strokes", "0"], "strokes"),
        (["a cat", "--strokes", "1025"], "strokes"),
        (["a cat", "--steps", "0"], "steps"),
        (["a cat", "--seed", "-1"], "seed"),
        (["a cat", "--avoid", ""], "avoid"),
        (["a cat", "--model", "nonsense"], "nonsense"),
        (["a cat", "--from", "/nowhere.png"], "nowhere"),
        (["a cat", "--out", "/proc/nowhere", "--model", "tiny"], "/proc/nowhere"),
    ],
)
def test_bad_requests_are_refused_in_one_line(
    args: list[str],
    word: str,
    tmp_path: Path,
    tiny_model: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = [] if "--out" in args else ["--out", str(tmp_path / "out")]
    args = [tiny_model if arg == "tiny" else arg for arg in args]
    assert word in refused(capsys, "draw", *args, *out)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "data", [b"", b"hello", promised(50_000, 50_000)], ids=["empty", "text", "huge"]
)
def test_unreadable_pictures_are_refused(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    assert "picture.png" in refused(capsys, "guess", str(path))
    assert "picture.png" in refused(
        capsys, "draw", "a cat", "--from", str(path), "--out", str(tmp_path)
    )


def test_names_are_printed_as_they_are_and_not_as_markup(
    tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert draw(tmp_path, "[/b] cat [red]", *QUICK, "--model", tiny_model) == 0
    words, picture = tmp_path / "words.txt", tmp_path / f"[red]{'long' * 40}.png"
    words.write_text("\ufeff# a comment\n[/x]\n:cat:\n", "utf-8")
    drawn().save(picture)
    assert main(["guess", str(picture), "--words", str(words), "--model", tiny_model]) == 0
    printed = capsys.readouterr().out
    assert f"{picture}\n" in printed
    assert "[/x]" in printed
    assert ":cat:" in printed
    assert "comment" not in printed


@pytest.mark.parametrize(
    "drawing",
    [
        {"width": 1, "height": 64, "points": [[0, 0], [1, 2], [0, 3], [1, 4]], "stroke": 1},
        {"width": 64, "height": 64, "points": [[1e300, 0], [1, 2], [0, 3], [1, 4]], "stroke": 1},
        {"width": 64, "height": 64, "points": [[1, 0], [1, 2], [0, 3], [1, 4]], "stroke": 1e300},
    ],
    ids=["narrow", "far", "wide"],
)
def test_drawings_of_others_are_begun_with_or_refused(
    drawing: dict[str, Any], tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stroke = {"points": drawing["points"], "width": drawing["stroke"], "colour": [0, 0, 0, 1]}
    record = {"version": 1, "background": [1, 1, 1], "strokes": [stroke]}
    path = tmp_path / "a.json"
    path.write_text(json.dumps(record | {k: drawing[k] for k in ("width", "height")}))
    args = ["a face", *QUICK, "--from", str(path), "--model", tiny_model]
    if drawing["width"] == 1:
        assert draw(tmp_path / "out", *args) == 0
        kept = json.loads((tmp_path / "out" / "drawing.json").read_text())
        assert kept["from"] == str(path)
        assert kept["request"]["strokes"] == 1
    else:
        assert "times the canvas" in refused(capsys, "draw", *args, "--out", str(tmp_path / "out"))
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["drawing.png", "drawing.gif"])
def test_a_file_that_cannot_be_replaced_leaves_the_older_ones_alone(
    name: str, tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / "drawing.svg").write_text("older")
    args = ["draw", "a cat", *QUICK, "--model", tiny_model, "--out", str(tmp_path)]
    assert f"{name} is a folder" in refused(capsys, *args)
    assert (tmp_path / "drawing.svg").read_text() == "older"
    assert not (tmp_path / "drawing.json").exists()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["draw", "a cat", "--strokes", "nan"], "--strokes"),
        (["draw", "a cat", "--ink", "blue"], "--ink"),
        (["draw", "a", "cat"], "cat"),
        (["serve", "--port", "99999"], "65535"),
        (["serve", "--port", "-1"], "--port"),
        (["bench", "nonsense"], "nonsense"),
    ],
)
def test_what_was_mistyped_is_told_in_one_line(
    args: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(args)
    assert end.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert word in line
    assert "--help" in line


def test_benches_are_listed_and_refuse_to_measure_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["bench", "--help"]) == 0
    assert "raster" in capsys.readouterr().out
    assert main(["bench"]) == 2
    for args in (
        ["raster", "--repeats", "0"],
        ["step", "--threads", "x"],
        ["sheet", "--words", "346"],
    ):
        with pytest.raises(SystemExit) as end:
            main(["bench", *args])
        assert end.value.code == 2


@pytest.mark.parametrize("text", ["", "# nothing\n", "x" * 101])
def test_unusable_word_lists_are_refused(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, picture = tmp_path / "words.txt", tmp_path / "picture.png"
    words.write_text(text)
    drawn().save(picture)
    assert "word" in refused(capsys, "guess", str(picture), "--words", str(words))


def test_guesses_as_json_are_one_list_entry_a_picture(
    tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words, picture = tmp_path / "words.txt", tmp_path / "picture.png"
    words.write_text("cat\ndog\n\n# no\ntree\ncat\n")
    drawn().save(picture)
    args = ["guess", str(picture), str(picture), "--words", str(words), "--top", "9", "--json"]
    assert main([*args, "--model", tiny_model]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [entry["image"] for entry in report] == [str(picture)] * 2
    for entry in report:
        assert {g["word"] for g in entry["guesses"]} == {"cat", "dog", "tree"}
        assert sum(g["p"] for g in entry["guesses"]) == pytest.approx(1, abs=0.001)


def test_captions_as_json_are_one_list_entry_a_picture(
    tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "picture.png"
    drawn().save(picture)
    args = ["caption", str(picture), str(picture), "--top", "2", "--json"]
    assert main([*args, "--model", tiny_model]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [entry["image"] for entry in report] == [str(picture)] * 2
    for entry in report:
        assert [set(c) for c in entry["captions"]] == [{"phrase", "noun", "score"}] * 2
    first = report[0]["captions"][0]["phrase"]
    assert main(["caption", str(picture), "--said", first, "--json", "--model", tiny_model]) == 0
    (again,) = json.loads(capsys.readouterr().out)
    assert first not in {c["phrase"] for c in again["captions"]}
    assert "--top" in refused(capsys, "caption", str(picture), "--top", "0")


def test_strokes_by_hand_are_captioned_and_what_has_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = polyline([(10.0, 50.0), (90.0, 50.0)], 4.0)
    strokes = tmp_path / "line.json"
    strokes.write_text(Drawing(100, 100, tuple(line)).to_json())
    assert main(["caption", str(strokes), "--by-hand", "--top", "5", "--json"]) == 0
    ((entry),) = json.loads(capsys.readouterr().out)
    assert "line" in {caption["noun"] for caption in entry["captions"]}
    picture = tmp_path / "picture.png"
    drawn().save(picture)
    assert "has no strokes" in refused(capsys, "caption", str(picture), "--by-hand")
    strokes.write_text("{")
    assert "cannot read" in refused(capsys, "caption", str(strokes), "--by-hand")


def test_an_interrupted_drawing_keeps_what_is_there(
    tmp_path: Path, tiny_model: str, pace: Pace
) -> None:
    command = [sys.executable, "-m", "tests.paced_engine", "draw", "a cat", "--strokes", "4"]
    pace.hold(at=3)
    process = subprocess.Popen(
        [*command, "--steps", "50", "--model", tiny_model, "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        # A shell ignores Ctrl-C for what it runs in the background, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not pace.reached:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "stopped" in out
    assert {path.name for path in tmp_path.iterdir()} == FILES
    assert json.loads((tmp_path / "drawing.json").read_text())["step"] == 3


def test_an_interrupt_before_there_is_anything_ends_it_without_a_word(tmp_path: Path) -> None:
    # In PyTorch's place comes a module whose import takes for ever.
    (tmp_path / "torch.py").write_text(
        "import pathlib, time\npathlib.Path(__file__).with_name('begun').touch()\ntime.sleep(300)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", "draw", "a cat"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not (tmp_path / "begun").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert (out, err) == (b"", b"")


def test_a_cluster_without_ray_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "engine.serve.cluster", raising=False)
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["serve", "--cluster"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["penguess: --cluster needs Ray: pip install 'penguess[cluster]'"]


@pytest.mark.parametrize(
    "options",
    [["--address", "here:1"], ["--replicas", "2"], ["--cluster", "--cpus", "0"]],
)
def test_options_of_a_cluster_that_make_no_sense_are_refused(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *options]) == 2
    assert capsys.readouterr().err.startswith("penguess: --")


@pytest.mark.parametrize("span", ["0", "3-2", "a", "1-", "-2", "²"])
def test_replicas_are_a_number_or_a_range(span: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--cluster", f"--replicas={span}"])
    assert "as in 1-4" in capsys.readouterr().err


def test_sketches_are_written_side_by_side_and_one_by_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["draw", "a cat", "--sketches", "3", "--strokes", "8", "--out", str(tmp_path)]) == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"sketches.png", "sketch-1.svg", "sketch-2.svg", "sketch-3.svg"}
    assert Image.open(tmp_path / "sketches.png").size == (512, 512)
    assert "3 sketches" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sketches", "0"], "--sketches is 1 to 9, not 0"),
        (["--sketches", "4", "--from", "x.svg"], "leave out --from"),
    ],
)
def test_sketches_that_cannot_be_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
):
    assert main(["draw", "a cat", *arguments, "--out", str(tmp_path)]) == 2
    assert message in capsys.readouterr().err


def test_a_model_without_sketches_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tiny_model: str
):
    command = ["draw", "a cat", "--out", str(tmp_path), "--model", tiny_model]
    for asked in (["--sketches", "4"], ["--begin", "sketch"]):
        assert main([*command, *asked]) == 2
        assert "makes no sketches" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["guess", "caption"])
@pytest.mark.parametrize("colour", ["white", "black", "#d0d0d0"])
def test_a_blank_sheet_is_no_drawing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, colour: str
) -> None:
    picture = tmp_path / "blank.png"
    Image.new("RGB", (60, 40), colour).save(picture)
    said = refused(capsys, command, str(picture))
    assert "nothing is drawn here" in said
    assert "blank.png" in said
