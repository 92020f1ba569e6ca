"""Settings: read once, from the environment or the command line, and never half wrong."""

from pathlib import Path

import pytest

from govscrape.errors import InputError
from govscrape.settings import Settings, load_settings


def test_the_environment_and_what_overrides_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """An option on the command line wins; one that is not given is not None but the environment's."""
    monkeypatch.setenv("GOVSCRAPE_CONTACT", "mail@example.org")
    monkeypatch.setenv("GOVSCRAPE_DB", "/data/a.db")
    settings = load_settings(db=None, archive=Path("/data/w"))
    assert (settings.contact, settings.db, settings.archive) == (
        "mail@example.org",
        Path("/data/a.db"),
        Path("/data/w"),
    )
    assert settings.agent.endswith("(+mail@example.org)")


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "tên@example.org", "  "])
def test_a_contact_that_does_not_fit_a_header(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes into every request."""
    monkeypatch.setenv("GOVSCRAPE_CONTACT", value)
    with pytest.raises(InputError, match="GOVSCRAPE_CONTACT"):
        load_settings()


def test_a_number_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the variable."""
    monkeypatch.setenv("GOVSCRAPE_ATTEMPTS", "many")
    with pytest.raises(InputError, match="GOVSCRAPE_ATTEMPTS"):
        load_settings()


def test_settings_do_not_change() -> None:
    """A run's settings are those it began with."""
    with pytest.raises(ValueError, match="frozen"):
        Settings().contact = "x"  # type: ignore[misc]
