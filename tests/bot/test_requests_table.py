"""docs/discord.md has a row for every request; what the bot asks beyond it fails in conftest.py."""

from __future__ import annotations

from bot.playground import routes
from tests.bot.requests_table import rows


def test_every_row_is_a_request_of_discord_s_and_says_what_it_needs():
    known = {(route.method, route.path) for route in routes.ALL}
    assert set(rows()) <= known
    for cells in rows().values():
        assert len(cells) == 3
        assert all(cells)


def test_what_is_in_none_of_the_rows_is_found_out():
    assert (
        "PUT",
        "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
    ) not in rows()
    assert len(rows()) > 15
