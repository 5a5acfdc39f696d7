"""Temporary folders of processes that were killed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from engine.temporary import TemporaryFolder

MADE = """
import time
from engine.temporary import TemporaryFolder
print(TemporaryFolder("test").path, flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def aged(folder: Path) -> None:
    os.utime(folder, (0.0, 0.0))


def test_a_folder_is_for_this_user_and_goes_when_it_is_closed() -> None:
    folder = TemporaryFolder("test")
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    (folder.path / "file").write_text("x")
    folder.close()
    assert not folder.path.exists()


def test_what_a_killed_process_left_goes_and_what_is_in_use_stays() -> None:
    mine = TemporaryFolder("mine")
    aged(mine.path)
    other = subprocess.Popen([sys.executable, "-c", MADE], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    left = Path(other.stdout.readline().strip())
    aged(left)
    TemporaryFolder("third").close()
    assert left.exists()
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    aged(left)
    TemporaryFolder("fourth").close()
    assert not left.exists()
    assert mine.path.exists()
    mine.close()


def test_folders_of_others_are_left_alone(place: Path) -> None:
    without_lock = place / "penguess-something"
    without_lock.mkdir()
    aged(without_lock)
    TemporaryFolder("test").close()
    assert without_lock.exists()
