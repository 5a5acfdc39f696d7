import pytest

from engine.train.__main__ import main


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
