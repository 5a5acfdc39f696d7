from __future__ import annotations

import json
import logging

from bot.kit.logs import Json, Text


def record(message: str, **extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "bot.x", "levelname": "INFO", "msg": message})
    made.__dict__ |= extra
    return made


def test_values_stand_behind_the_message():
    line = Text().format(record("finished", drawing=12, reason='a "b"'))
    assert line.endswith('INFO bot.x: finished drawing=12 reason="a \\"b\\""')


def test_an_object_a_line():
    line = Json().format(record("two\nlines", drawing=12))
    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["message"], entry["drawing"], entry["level"]) == ("two\nlines", 12, "info")


def test_an_exception_is_part_of_the_object():
    try:
        raise ZeroDivisionError
    except ZeroDivisionError as error:
        made = record("broken")
        made.exc_info = (type(error), error, error.__traceback__)
    assert "ZeroDivisionError" in json.loads(Json().format(made))["exception"]
