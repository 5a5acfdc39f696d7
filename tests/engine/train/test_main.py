import json
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file

from engine import pocket
from engine.train import __main__ as train
from engine.train.__main__ import checkpoint, main


@pytest.fixture
def doodles(tmp_path: Path) -> Path:
    """Two words, thirty lines or zigzags each."""
    path = tmp_path / "doodles.ndjson"
    with path.open("w", encoding="utf-8") as out:
        for key in range(60):
            drawing = [[[0, 60, 120, 180, 255], [0, 99 * (key % 2), 0, 99 * (key % 2), key]]]
            record = {"word": ("line", "zigzag")[key % 2], "key_id": str(key), "drawing": drawing}
            out.write(json.dumps(record) + "\n")
    return path


def test_every_stage_has_minutes_where_none_are_named(doodles, tmp_path, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(train, "_sketcher", lambda given, mine: seen.append(given))
    given = ["--quickdraw", str(doodles), "--iconify", str(tmp_path), "--out", str(tmp_path)]
    main(["sketcher", *given, "--work", str(tmp_path / "work")])
    minutes = {name: value for name, value in vars(seen[0]).items() if name.endswith("minutes")}
    assert "strokes_minutes" in minutes
    assert all(isinstance(value, int | float) and value > 0 for value in minutes.values())


@pytest.mark.slow
def test_the_stroke_tower_is_trained_from_the_command_line(doodles, tmp_path, capsys) -> None:
    out = tmp_path / "out"
    out.mkdir()
    home = Path(pocket.__file__).parent
    for file in home.iterdir():
        if file.is_file() and file.name != pocket.STROKES:
            shutil.copy(file, out)
    arguments = ["--quickdraw", str(doodles), "--more", str(doodles), "--out", str(out)]
    main(["strokes", *arguments, "--work", str(tmp_path / "work"), "--strokes-minutes", "0.05"])
    shipped, made = load_file(home / pocket.STROKES), load_file(out / pocket.STROKES)
    assert {name: t.shape for name, t in made.items()} == {n: t.shape for n, t in shipped.items()}
    assert "unseen doodles, strokes alone" in json.loads(capsys.readouterr().out)


def test_a_checkpoint_under_the_name_it_had_before_is_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "eye-2.pt").write_bytes(b"kept")
    assert checkpoint(tmp_path / "namer-2.pt", "eye-2.pt").read_bytes() == b"kept"
    (tmp_path / "eye-2.pt").write_bytes(b"older")
    assert checkpoint(tmp_path / "namer-2.pt", "eye-2.pt").read_bytes() == b"kept"


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [
        ([], "--quickdraw or PENGUESS_QUICKDRAW"),
        (["--quickdraw", "nowhere.ndjson"], "--iconify is needed"),
        (["judges", "--quickdraw", "nowhere.ndjson"], "nowhere.ndjson does not exist"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_done(arguments, missing, monkeypatch, capsys):
    monkeypatch.delenv("PENGUESS_QUICKDRAW", raising=False)
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert missing in capsys.readouterr().err
