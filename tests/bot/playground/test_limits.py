from __future__ import annotations

import pytest

from bot.playground.model.clock import Clock
from bot.playground.protocol.limits import GLOBAL, Limit, Limits, RateLimited
from tests.clock import StandingClock


@pytest.fixture
def clock() -> Clock:
    return StandingClock()


def test_a_bucket_empties_and_fills_again(clock: Clock):
    limits = Limits(clock)
    left = [limits.take("PATCH x", "1", Limit(3, 5.0))["X-RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    with pytest.raises(RateLimited) as caught:
        limits.take("PATCH x", "1", Limit(3, 5.0))
    assert 4.9 < caught.value.body["retry_after"] <= 5.0
    clock.advance(5.01)
    assert limits.take("PATCH x", "1", Limit(3, 5.0))["X-RateLimit-Remaining"] == "2"


def test_channels_do_not_share_what_they_may(clock: Clock):
    limits = Limits(clock)
    limits.take("PATCH x", "1", Limit(1, 5.0))
    headers = limits.take("PATCH x", "2", Limit(1, 5.0))
    assert headers["X-RateLimit-Remaining"] == "0"


def test_a_refusal_has_the_headers_that_clients_look_for(clock: Clock):
    limits = Limits(clock)
    limits.take("PATCH x", "1", Limit(1, 5.0))
    with pytest.raises(RateLimited) as caught:
        limits.take("PATCH x", "1", Limit(1, 5.0))
    headers = caught.value.headers
    assert headers["Via"]
    assert headers["X-RateLimit-Scope"] == "user"
    assert int(headers["Retry-After"]) >= 5
    assert caught.value.body["global"] is False


def test_fifty_requests_a_second_are_the_most_in_all(clock: Clock):
    limits = Limits(clock)
    for _ in range(GLOBAL.count):
        limits.take_global()
    with pytest.raises(RateLimited) as caught:
        limits.take_global()
    assert caught.value.headers["X-RateLimit-Global"] == "true"
    assert caught.value.body["global"] is True
