from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from tests.engine.paint.painters.tiny_generators import GENERATORS


@pytest.fixture(scope="module")
def tiny_generators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Weights for the painters that need some, where their packages are installed."""
    with pytest.MonkeyPatch.context() as patch:
        for name, (weights, save) in GENERATORS.items():
            if importlib.util.find_spec(weights.package):
                folder = tmp_path_factory.mktemp(name)
                save(folder)
                patch.setenv(weights.variable, str(folder))
        yield


def installed(name: str) -> object:
    """A painter as a parameter of a test, which is skipped where its package is not installed."""
    if name not in GENERATORS:
        return name
    package = GENERATORS[name][0].package
    missing = importlib.util.find_spec(package) is None
    reason = f"{package} is not installed: it is in the extra baselines"
    return pytest.param(name, marks=pytest.mark.skipif(missing, reason=reason))
