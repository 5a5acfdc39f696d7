"""What can be settled before a chain begins, and who may."""

from __future__ import annotations

from typing import Any

import pytest

from games.table.table import (
    End,
    Reason,
    SettingsChanged,
)
from games.telephone.books import ChainSettings, Preset
from games.telephone.page_events import (
    Configure,
    Open,
    Start,
)
from games.telephone.reveal import (
    AlbumReady,
)
from tests.games.telephone.chains import (
    PHRASES,
    asked,
    opened,
    refused,
    started,
)


def test_a_lobby_that_is_ended_leaves_nothing() -> None:
    host = opened()
    host.do(End("ann"))
    assert not host.has(AlbumReady)


def test_a_chain_is_opened_once() -> None:
    host = opened()
    host.do(Open("ben"))
    assert refused(host) is Reason.NOT_NOW


@pytest.mark.parametrize(
    "chosen",
    [
        {"seats": 25},
        {"links": 1},
        {"strokes": 3},
        {"reveal": -1},
        {"pace": "warp"},
        {"language": "tlh"},
        {"prompt": "x" * 101},
        {"prompt": "fuck"},
    ],
)
def test_settings_out_of_bounds_open_nothing(chosen: dict[str, Any]) -> None:
    assert refused(opened(**chosen)) is Reason.OUT_OF_BOUNDS


def test_the_host_changes_the_settings_before_the_start() -> None:
    host = opened("ben")
    host.do(Configure("ann", ChainSettings(links=3)))
    assert host.has(SettingsChanged)
    assert host.state.settings.links == 3


@pytest.mark.parametrize(
    ("by", "preset", "reason"),
    [
        ("ben", Preset.SPEED, Reason.NOT_YOURS),
        ("ann", Preset.SOLO, Reason.OUT_OF_BOUNDS),
        ("ann", Preset.SELF_PLAY, Reason.OUT_OF_BOUNDS),
    ],
)
def test_a_change_is_refused(by: str, preset: Preset, reason: Reason) -> None:
    host = opened("ben")
    host.do(Configure(by, ChainSettings(preset=preset)))
    assert refused(host) is reason


def test_a_chain_under_way_is_neither_changed_nor_started() -> None:
    host = started("ben")
    host.do(Configure("ann", ChainSettings()))
    assert refused(host) is Reason.NOT_NOW
    host.do(Start("ann", PHRASES))
    assert refused(host) is Reason.NOT_NOW


def test_a_chain_needs_suggestions() -> None:
    host = opened("ben")
    host.do(Start("ann", ()))
    assert refused(host) is Reason.NO_WORDS


def test_a_servers_own_words_are_no_suggestions() -> None:
    host = opened("ben", blocked=("robot", "boat", "boats"))
    host.do(Start("ann", PHRASES))
    assert all(set(task.suggestions) <= {PHRASES[0], PHRASES[3]} for task in asked(host).values())
    host = opened("ben", blocked=("robot",))
    host.do(Start("ann", ("a sad robot",)))
    assert refused(host) is Reason.NO_WORDS
