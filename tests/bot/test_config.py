from __future__ import annotations

from pathlib import Path

import pytest

from bot import config
from bot.config import BadConfiguration, Config

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Config.model_fields.values():
        assert field.alias is not None
        monkeypatch.delenv(field.alias, raising=False)


def test_everything_has_a_default():
    settings = config.load()
    assert settings.token is None
    assert settings.database == Path("data/penguess.db")


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("PENGUESS_STEPS", "40")
    settings = config.load()
    assert settings.token is not None
    assert settings.token.get_secret_value() == "secret"
    assert settings.steps == 40


def test_an_empty_variable_is_none_at_all(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DISCORD_TOKEN", "")
    monkeypatch.setenv("PENGUESS_STEPS", "")
    assert config.load().token is None
    assert config.load().steps is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PENGUESS_STEPS", "many"),
        ("PENGUESS_STEPS", "0"),
        ("PENGUESS_WEB_PORT", "70000"),
        ("PENGUESS_ENGINE_URL", "localhost:8600"),
        ("PENGUESS_PLAYGROUND_URL", "unix:/tmp/x"),
        ("PENGUESS_LOG", "loud"),
    ],
)
def test_a_wrong_variable_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
):
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadConfiguration) as caught:
        config.load()
    assert str(caught.value).startswith(f"{variable}: ")
    assert "\n" not in str(caught.value)


def test_the_token_is_not_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DISCORD_TOKEN", "a very secret token")
    assert "secret token" not in repr(config.load())


def test_every_variable_is_described():
    for field in Config.model_fields.values():
        assert f"| `{field.alias}` |" in config.table()
        assert field.description


def test_the_readme_has_the_table():
    assert config.table() in README.read_text("utf-8")


@pytest.mark.parametrize(
    ("variables", "chat"),
    [
        ({}, True),
        ({"PENGUESS_CHAT": "0"}, False),
        ({"DISCORD_TOKEN": "x"}, False),
        ({"DISCORD_TOKEN": "x", "PENGUESS_CHAT": "1"}, True),
        ({"DISCORD_TOKEN": "x", "PENGUESS_PLAYGROUND_URL": "http://127.0.0.1:1"}, False),
    ],
)
def test_guesses_are_read_from_chat_in_the_playground_that_opens_here(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], *, chat: bool
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert config.load().settled().chat is chat


OPEN = {"PENGUESS_PLAYGROUND_HOST": "192.0.2.7"}


@pytest.mark.parametrize(
    ("variables", "host"),
    [
        ({}, "127.0.0.1"),
        (OPEN, "192.0.2.7"),
        (OPEN | {"PENGUESS_WEB_HOST": "::1"}, "::1"),
        (OPEN | {"DISCORD_TOKEN": "x"}, "127.0.0.1"),
    ],
)
def test_whom_the_playground_lets_in_the_pad_lets_in(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], host: str
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert config.load().settled().web_host == host
