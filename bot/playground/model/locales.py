"""The languages that Discord can show itself in.

docs: reference#locales. discord.py lists them too, but the playground's page is up before
discord.py is loaded.
"""

LOCALES = (
    *("en-US", "en-GB", "bg", "zh-CN", "zh-TW", "hr", "cs", "id", "da", "nl", "fi", "fr", "de"),
    *("el", "hi", "hu", "it", "ja", "ko", "es-419", "lt", "no", "pl", "pt-BR", "ro", "ru"),
    *("es-ES", "sv-SE", "th", "tr", "uk", "vi"),
)


def locale_of(language: str) -> str | None:
    """Discord's name for a browser's language, such as de-DE or ja, if it has one."""
    near = (name for name in LOCALES if name.split("-")[0] == language.split("-")[0])
    return language if language in LOCALES else next(near, None)
