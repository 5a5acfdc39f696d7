"""Requests made up from the OpenAPI document, right and wrong ones: nothing breaks the engine.

PENGUESS_FUZZ=1000 makes 1,000 of each operation, as far as there are so many different ones, and
asks an engine in a process of its own, whose memory may not grow meanwhile. Of drawings it makes a
twentieth of that, as each takes the engine half a second, and any other request a few hundredths.
"""

from __future__ import annotations

import asyncio
import copy
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest
import requests
import schemathesis
import schemathesis.checks
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator

from engine.see.critic import Critic
from engine.serve.openapi import OPERATIONS, document
from tests.engine.serve.serving import starting

schemathesis.checks.load_all_checks()
schema = schemathesis.openapi.from_dict(copy.deepcopy(document()))
# Whatever is generated must be described by the document: its status, its content, its schema.
CHECKS: list[Any] = [
    schemathesis.checks.not_a_server_error,
    *schemathesis.checks.CHECKS.get_by_names(
        ["status_code_conformance", "content_type_conformance", "response_schema_conformance"]
    ),
]


MANY = int(os.environ.get("PENGUESS_FUZZ", "0"))
GROWS = 1.05  # times its memory after the first tenth of the requests, at the most
DRAWINGS = max(10, MANY // 20)

SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much)


class Grown:
    """The memory of a process while it is asked: after the first requests, and now. asked, drawn:
    how many requests there were, and how many of them were drawings."""

    def __init__(self, process: int) -> None:
        self._process = psutil.Process(process)
        self.asked = self.drawn = 0
        self.first = self.now = 0

    def note(self) -> None:
        self.asked += 1
        if self.asked % 50 == 0:
            self.now = self._process.memory_info().rss
        if self.asked == MANY:
            self.first = self._process.memory_info().rss


GROWN: list[Grown] = []


@contextmanager
def in_a_process() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "engine", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"})
    address = f"http://127.0.0.1:{port}"
    GROWN.append(Grown(process.pid))
    try:
        while process.poll() is None:
            try:
                if requests.get(f"{address}/readyz", timeout=10).status_code == 200:
                    break
            except requests.ConnectionError:
                pass
            time.sleep(0.2)
        _warm_up(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def _warm_up(address: str) -> None:
    """Ask once for whatever is loaded or compiled when it is asked for first."""
    body = {"prompt": "a cat", "steps": 2, "strokes": 3, "seeds": 1}
    events = requests.post(f"{address}/v1/drawings", json=body, timeout=300).text.splitlines()
    drawing = json.loads(events[-1])["drawing"]
    for path, asked in {
        "sketches": {"prompt": "a cat"},
        "guesses": {"drawing": drawing},
        "verdicts": {"drawing": drawing, "prompt": "a cat"},
        "captions": {"drawing": drawing},
        "embeddings": {"texts": ["a cat"]},
    }.items():
        answer = requests.post(f"{address}/v1/{path}", json=asked, timeout=300)
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def address(tiny_critic: Critic) -> Iterator[str]:
    """A live engine in a thread of its own; drawings nobody follows are dropped at once."""
    if MANY:
        with in_a_process() as running:
            yield running
        return
    told: list[str] = []
    up, down = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def live() -> None:
        async with starting(tiny_critic, orphan_seconds=0.05) as engine:
            await engine.ready()
            told.append(engine.url)
            up.set()
            await down.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()))
    thread.start()
    assert up.wait(120)
    yield told[0]
    loop.call_soon_threadsafe(down.set)
    thread.join()


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=MANY or 10, deadline=None, suppress_health_check=SLOW)
def test_nothing_made_up_breaks_the_engine(case: schemathesis.Case, address: str) -> None:
    if isinstance(case.body, dict) and "prompt" in case.body:
        case.body = _quick(case.body)
    for grown in GROWN:
        grown.drawn += case.operation.label == "POST /v1/drawings"
        if case.operation.label == "POST /v1/drawings" and grown.drawn > DRAWINGS:
            return
    case.call_and_validate(base_url=address, checks=CHECKS, timeout=60)
    for grown in GROWN:
        grown.note()


@pytest.mark.slow
def test_its_memory_does_not_grow() -> None:
    if not GROWN:
        pytest.skip("set PENGUESS_FUZZ to the number of requests for each operation")
    print(f"{GROWN[0].asked:,} requests, {GROWN[0].first:,} bytes, then {GROWN[0].now:,}")
    assert GROWN[0].now < GROWS * GROWN[0].first


def _quick(body: dict[str, Any]) -> dict[str, Any]:
    """The same request for little work; what is out of bounds stays so."""
    quick = {"steps": 2, "strokes": 3, "seeds": 1}
    most = {"steps": 5000, "strokes": 1024, "seeds": 16}
    for name, few in quick.items():
        value = body.get(name, few)
        if isinstance(value, int) and 1 <= value <= most[name]:
            body = {**body, name: few}
    return body


def test_the_engine_still_answers(address: str) -> None:
    assert requests.get(f"{address}/readyz", timeout=10).status_code == 200


def test_the_document_is_what_is_served(address: str) -> None:
    assert requests.get(f"{address}/openapi.json", timeout=10).json() == document()


def test_every_schema_in_the_document_is_one() -> None:
    for body in document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(body)


def test_every_operation_is_in_the_document() -> None:
    paths = document()["paths"]
    assert {(o.path, o.method.lower()) for o in OPERATIONS} == {
        (path, method) for path, methods in paths.items() for method in methods
    }
