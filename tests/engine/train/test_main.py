from pathlib import Path

import pytest

from engine.train.__main__ import checkpoint, main


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
