"""Every error govscrape raises on purpose.

::

    GovscrapeError
    ├── RuleError            a rule, lexicon or portal file is wrong (file:line, key)
    ├── InputError           what was given to read is not usable (path, URL or line)
    │   └── NotAnArticle     a page that is empty, not HTML, a login, a soft 404 …
    ├── FetchError           a request failed for good (URL, reason)
    │   ├── Blocked          robots, a guard or an anti-bot page refused it
    │   └── TooLarge         a cap on size, time or redirects was met
    ├── ArchiveError         a WARC file cannot be read or written
    ├── StoreError           the database is foreign, read-only, locked or newer than this code
    ├── TaskLost             a worker process gave no result: over its time or memory, or broken
    └── Busy                 another run is at work on the database

The message is one line that names the file, key, row or URL; the CLI prints it and exits 1, for Busy 4.
"""

from typing import Literal


class GovscrapeError(Exception):
    """Base class; ``str(error)`` is one line fit for a user."""


class RuleError(GovscrapeError):
    """A file under ``rules/`` is wrong. ``where`` is ``file:line`` when known."""

    def __init__(self, message: str, where: str | None = None) -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where


class InputError(GovscrapeError):
    """A page, text or corpus line that cannot be read."""


class NotAnArticle(InputError):
    """A page without an article; ``code`` says why (``empty``, ``not_html``, ``login``, ``soft_404`` …)."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type["NotAnArticle"], tuple[str, str]]:
        """How it travels between processes."""
        return type(self), (str(self), self.code)


class FetchError(GovscrapeError):
    """A request that failed for good."""


class Blocked(FetchError):
    """Refused: robots.txt, the address guard or an anti-bot page."""


class TooLarge(FetchError):
    """A cap on bytes, time, redirects or headers was met."""


class ArchiveError(GovscrapeError):
    """A WARC file that cannot be read or written."""


class StoreError(GovscrapeError):
    """A database that is foreign, read-only, locked or newer than this code."""


class TaskLost(GovscrapeError):
    """A task that a worker gave nothing for; the message does not name the task.

    ``reason``: over its ``time``, over its ``memory``, its process ended (``crash``), or a ``fault`` of ours.
    """

    def __init__(self, message: str, reason: Literal["time", "memory", "crash", "fault"]) -> None:
        super().__init__(message)
        self.reason = reason

    def __reduce__(self) -> tuple[type["TaskLost"], tuple[str, str]]:
        """How it travels between processes."""
        return type(self), (str(self), self.reason)


class Busy(GovscrapeError):
    """Another run holds the lock of the database; nothing was done."""


def told(error: BaseException) -> str:
    """An error with the notes it carries in brackets, as one line; empty when it says nothing."""
    return " ".join(" ".join((str(error), *(f"({note})" for note in getattr(error, "__notes__", ())))).split())
