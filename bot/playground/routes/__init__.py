"""The routes of Discord's HTTP API that the playground has, one module for each resource."""

from bot.playground.rest import Route
from bot.playground.routes import (
    application,
    channels,
    commands,
    interactions,
    messages,
    reactions,
    threads,
    users,
)

ALL: list[Route] = [
    route
    for module in (
        application,
        users,
        channels,
        messages,
        reactions,
        threads,
        commands,
        interactions,
    )
    for route in module.table.routes
]
