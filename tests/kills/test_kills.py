"""Half a minute of kills; `make kills` goes on for ten."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground.server import Playground
from tests.kills.campaign import Campaign, table


@pytest.mark.slow
async def test_what_people_were_told_survives_sigkill(tmp_path: Path):
    async with Playground(lenient=True) as playground:
        campaign = Campaign(playground, tmp_path, seed=1)
        await campaign.run(lambda one: one.kill_for(30.0))
    assert campaign.problems == [], table(campaign.counts, campaign.problems)
    assert campaign.counts["kills"]
