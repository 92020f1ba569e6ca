"""What an operator may set: environment ``GOVSCRAPE_*`` or keyword arguments; frozen, made once, passed in."""

import shlex
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from govscrape import __version__
from govscrape.errors import InputError

DEFAULT_DATABASE = Path("db/govscrape.db")
DEFAULT_ARCHIVE = Path("archive")


class Settings(BaseSettings):
    """Settings of one run. Times in seconds, sizes in bytes.

    ``contact`` (a mail address or URL) goes into the User-Agent; without it only loopback portals are crawled.
    A page is read in a process that is killed after ``read_time_max_s``, or when it asks for ``read_memory_max`` bytes
    beyond what the process has when it starts. ``attachments`` has the PDF and DOCX files of articles read too, there,
    each for at most ``attachment_time_max_s`` and within ``attachment_memory_max``.
    ``browser`` is the Chromium for portals whose pages scripts write; by default the one on the path.
    ``metrics`` is the file for Prometheus. ``alert_command`` is split like a shell's words but run without one;
    ``alert_url`` may hold a secret, and is asked on a private address only with ``alert_private``. An alarm that stays
    is told again every ``alert_again_h`` hours.
    """

    model_config = SettingsConfigDict(env_prefix="GOVSCRAPE_", frozen=True, extra="ignore", env_ignore_empty=True)

    contact: str | None = None
    user_agent: str | None = None
    db: Path = DEFAULT_DATABASE
    archive: Path = DEFAULT_ARCHIVE
    rules: Path | None = None
    attempts: int = Field(default=4, ge=1, le=20)
    retry_wait_s: float = Field(default=1.0, ge=0)
    retry_wait_max_s: float = Field(default=60.0, ge=0)
    retry_after_max_s: float = Field(default=300.0, ge=0)
    response_time_max_s: float = Field(default=120.0, gt=0)
    header_bytes_max: int = Field(default=64_000, gt=0)
    concurrency: int = Field(default=4, ge=1, le=64)
    browser: Path | None = None
    read_time_max_s: float = Field(default=30.0, gt=0)
    read_memory_max: int = Field(default=100_000_000, ge=50_000_000)
    attachments: bool = True
    attachment_time_max_s: float = Field(default=30.0, gt=0)
    attachment_memory_max: int = Field(default=1_000_000_000, ge=50_000_000)
    metrics: Path | None = None
    alert_command: str | None = None
    alert_url: SecretStr | None = None
    alert_private: bool = False
    alert_again_h: float = Field(default=24.0, gt=0)

    @field_validator("contact", "user_agent")
    @classmethod
    def _fits_a_header(cls, value: str | None) -> str | None:
        if value is not None and not (value.isascii() and value.isprintable() and value.strip()):
            raise ValueError("must be printable ASCII on one line")
        return value

    @field_validator("alert_command")
    @classmethod
    def _has_words(cls, value: str | None) -> str | None:
        if value is not None and not shlex.split(value):
            raise ValueError("names no command")
        return value

    @property
    def agent(self) -> str:
        """The User-Agent header: who we are and how to reach whoever runs this."""
        if self.user_agent:
            return self.user_agent
        return f"govscrape/{__version__}" + (f" (+{self.contact})" if self.contact else "")


def load_settings(**given: object) -> Settings:
    """Settings from the environment, overridden by the keywords that are not None; InputError names the wrong one."""
    try:
        return Settings(**{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        raise InputError(f"GOVSCRAPE_{name.upper()}: {first['msg']}") from error
