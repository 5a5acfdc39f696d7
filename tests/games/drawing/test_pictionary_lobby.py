"""What can be settled before a game, and who may."""

from __future__ import annotations

from typing import Any

import pytest

from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import (
    Configure,
    GameStarted,
    Open,
    Start,
)
from games.table.table import (
    Join,
    Leave,
    Reason,
    SettingsChanged,
)
from tests.games.drawing.pictionary_tables import WORDS, opened, refused, started


def test_a_lobby_is_opened_once() -> None:
    host = opened()
    host.do(Open("ben"))
    assert refused(host) is Reason.STARTED


@pytest.mark.parametrize("chosen", [{"rounds": 0}, {"mode": Mode.DUEL}])
def test_settings_out_of_bounds_open_nothing(chosen: dict[str, Any]) -> None:
    host = opened(**chosen)
    assert refused(host) is Reason.OUT_OF_BOUNDS
    host.do(Join("ben"))
    assert refused(host) is Reason.NOT_OPEN


def test_the_host_changes_settings_before_the_start() -> None:
    host = opened("ben")
    host.do(Configure("ann", DrawingSettings(rounds=7)))
    assert host.has(SettingsChanged)
    assert host.state.settings.rounds == 7


@pytest.mark.parametrize(
    ("by", "chosen", "reason"),
    [
        ("ben", {}, Reason.NOT_YOURS),
        ("ann", {"seconds": 10}, Reason.OUT_OF_BOUNDS),
        ("ann", {"players": 1}, Reason.OUT_OF_BOUNDS),
        ("ann", {"mode": Mode.DUEL}, Reason.OUT_OF_BOUNDS),
    ],
)
def test_settings_are_refused(by: str, chosen: dict[str, Any], reason: Reason) -> None:
    host = opened("ben")
    host.do(Configure(by, DrawingSettings(**chosen)))
    assert refused(host) is reason


def test_a_started_game_is_not_configured() -> None:
    host = started("ben")
    host.do(Configure("ann", DrawingSettings(rounds=7)))
    assert refused(host) is Reason.STARTED


def test_a_game_is_not_started_without_words() -> None:
    host = opened("ben")
    host.do(Start("ann", ()))
    assert refused(host) is Reason.NO_WORDS


def test_a_lobby_that_all_have_left_does_not_start() -> None:
    host = opened()
    host.do(Leave("ann"))
    host.do(Start("moderator", WORDS))
    assert refused(host) is Reason.TOO_FEW


def test_somebody_who_plays_alone_can_start() -> None:
    host = started()
    assert host.has(GameStarted)
