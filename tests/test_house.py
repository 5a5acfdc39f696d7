"""The house stays one in which things are found: small rooms, and no circle of files."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path, PurePath

import grimp
import pytest

ROOT = Path(__file__).parents[1]
IMPORT = re.compile(r'^(?:import|export)\b[^"]*"\./([\w.-]+)"', re.MULTILINE)
MOST = 24
"""Files beside each other in one folder; with more, nobody sees what belongs together."""


def files(top: str) -> list[PurePath]:
    """What lies under a folder, without what Python and tools leave there."""
    return [
        path.relative_to(ROOT)
        for path in (ROOT / top).rglob("*")
        if path.is_file() and not any(part.startswith((".", "__py")) for part in path.parts)
    ]


@pytest.mark.parametrize("top", ["engine", "games", "bot", "tests", "docs"])
def test_no_folder_has_more_files_than_one_can_oversee(top: str) -> None:
    beside = Counter(path.parent.as_posix() for path in files(top))
    assert {folder: n for folder, n in beside.items() if n > MOST} == {}


@pytest.mark.parametrize("package", ["engine", "games", "bot"])
def test_no_files_import_each_other_in_a_circle(package: str) -> None:
    graph = grimp.build_graph(package, cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert circle(imports) == []


def test_no_scripts_of_pages_import_each_other_in_a_circle() -> None:
    scripts = [path for path in files("bot") if path.suffix == ".js" and "vendor" not in path.parts]
    imports = {
        path.as_posix(): {
            (path.parent / name).as_posix()
            for name in IMPORT.findall((ROOT / path).read_text("utf-8"))
        }
        for path in scripts
    }
    assert any(imports.values())
    assert circle({one: there & imports.keys() for one, there in imports.items()}) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == ["b", "c"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def circle(imports: dict[str, set[str]]) -> list[str]:
    """What is left once all that imports nothing else of it is taken away, again and again, and
    so is all that nothing else of it imports; nothing if there is no circle."""
    left = set(imports)
    while left:
        used = {name for module in left for name in imports[module]}
        free = {m for m in left if not imports[m] & left or m not in used}
        if not free:
            break
        left -= free
    return sorted(left)


def test_whoever_is_told_that_the_bot_thinks_is_promised_an_answer() -> None:
    """One that is noted before, so that it is given after a restart too: bot/store/promises.py."""
    saying = [
        path for path in sorted((ROOT / "bot").rglob("*.py")) if "thinking=True" in path.read_text()
    ]
    assert saying == [ROOT / "bot/store/promises.py"]


@pytest.mark.parametrize("doc", ["docs/reliability/README.md", "docs/operating.md"])
def test_tests_that_a_page_names_are_there(doc: str) -> None:
    named = re.findall(r"`(tests/[\w/.]+\.py)?(?:::(\w+))?`", (ROOT / doc).read_text("utf-8"))
    module, found = "", 0
    for path, test in named:
        module = path or module
        if module and (path or test):
            assert f"def {test}" in (ROOT / module).read_text("utf-8"), (module, test)
            found += 1
    assert found > 8


PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
NAMED = re.compile(
    r"(?<![\w/.-])(?:engine|bot|games|tests|docs)/[\w./-]*\.(?:py|md|toml|js|png|gif)\b"
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    """Not those of the game that a newcomer has yet to write, nor of earlier versions."""
    if page.name != "CHANGELOG.md":
        named = {name for name in NAMED.findall(page.read_text("utf-8")) if "sums" not in name}
        assert {name for name in named if not (ROOT / name).exists()} == set()
