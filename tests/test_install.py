"""Which PyTorch an installation takes, and what it says before it fetches it."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import socket
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from engine import install


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """An index of packages: a folder over HTTP."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def wheel(folder: Path, name: str) -> Path:
    """A package without anything in it but its name, in the page of an index."""
    folder = folder / name
    folder.mkdir()
    path = folder / f"{name}-1.0-py3-none-any.whl"
    about = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        packed.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        packed.writestr(f"{about}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "index.html").write_text(f'<a href="{path.name}#sha256={digest}">{path.name}</a>')
    return path


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux, without an NVIDIA GPU, and nothing asked for."""
    monkeypatch.delenv(install.VARIABLE, raising=False)
    monkeypatch.setattr(install.platform, "system", lambda: "Linux")
    monkeypatch.setattr(install, "has_nvidia", lambda: False)


@pytest.mark.usefixtures("plain")
def test_without_a_gpu_the_index_for_cpus_is_taken_where_it_answers(tmp_path: Path) -> None:
    wheel(tmp_path, "torch")
    with serving(tmp_path) as url:
        index, why = install.choose(url)
    assert index == url
    assert "without CUDA" in why


@pytest.mark.usefixtures("plain")
def test_an_index_without_pytorch_is_not_taken(tmp_path: Path) -> None:
    wheel(tmp_path, "numpy")
    with serving(tmp_path) as url:
        index, why = install.choose(url)
    assert index is None
    assert install.VARIABLE in why


def test_an_index_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert not install.answers(url, seconds=0.5)
    assert not install.answers(url)  # nobody is there any more


@pytest.mark.usefixtures("plain")
def test_a_gpu_or_another_system_takes_what_pypi_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "has_nvidia", lambda: True)
    assert install.choose("http://127.0.0.1:1")[0] is None
    assert "with CUDA" in install.choose("http://127.0.0.1:1")[1]
    monkeypatch.setattr(install.platform, "system", lambda: "Darwin")
    assert install.choose("http://127.0.0.1:1")[0] is None


@pytest.mark.parametrize(
    ("given", "index"), [("http://here/simple", "http://here/simple"), ("", None)]
)
@pytest.mark.usefixtures("plain")
def test_what_the_variable_names_is_not_questioned(
    given: str, index: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(install.VARIABLE, given)
    assert install.choose("http://127.0.0.1:1")[0] == index


def test_what_is_to_be_fetched_is_known_beforehand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)  # no other index than ours
    path = wheel(tmp_path, "penguess_trial")
    (tmp_path / "penguess_trial").rename(tmp_path / "penguess-trial")
    path = tmp_path / "penguess-trial" / path.name
    with serving(tmp_path) as url:
        (found,) = install.wanted(Path(sys.executable), ["--index-url", url, "penguess-trial"])
        assert found.startswith(url)
        assert install.size([found, f"{url}/nowhere"]) == (path.stat().st_size, 1)
        assert install.wanted(Path(sys.executable), ["--index-url", url, "penguess-none"]) == []


def test_only_what_is_installed_makes_another_installation(tmp_path: Path) -> None:
    project = Path("pyproject.toml").read_bytes()
    first = install.fingerprint(project, "engine,bot", None)
    assert install.fingerprint(project + b"\n[tool.more]\n", "engine,bot", None) == first
    assert install.fingerprint(project, "engine,bot,dev", None) != first
    changed = project.replace(b'"pillow>=11"', b'"pillow>=12"')
    assert install.fingerprint(changed, "engine,bot", None) != first
    stamp = tmp_path / "stamp.json"
    assert not install.is_current(stamp, first)
    stamp.write_text(json.dumps([first]))
    assert install.is_current(stamp, first)


def test_a_second_start_asks_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = install.fingerprint(Path("pyproject.toml").read_bytes(), "engine,bot", None)
    (tmp_path / install._STAMP).write_text(json.dumps([digest]))
    monkeypatch.setattr(install, "fetch", lambda *_: pytest.fail("pip was asked"))
    assert install.main(["--venv", str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""
