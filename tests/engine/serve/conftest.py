"""An engine for the tests of its API."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from engine.see.critic import Critic
from tests.engine.serve.serving import Engine, serving


@pytest.fixture
async def engine(tiny_critic: Critic) -> AsyncIterator[Engine]:
    async with serving(tiny_critic) as running:
        yield running


@pytest.fixture
async def narrow(tiny_critic: Critic) -> AsyncIterator[Engine]:
    """An engine that paints one drawing at a time."""
    async with serving(tiny_critic, most=1.0) as running:
        yield running
