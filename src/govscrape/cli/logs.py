"""Logs: the only place that configures them. Lines of ``key=value`` on stderr, silent below warnings unless asked."""

import logging
import sys
from typing import Any

LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


class _Stderr(logging.StreamHandler[Any]):
    """Writes to what ``sys.stderr`` is now, not to what it was when logs were set up."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def configure(verbose: int = 0) -> None:
    """Send every record to stderr; ``verbose`` counts the ``-v``."""
    level = LEVELS[min(verbose, len(LEVELS) - 1)]
    logging.basicConfig(
        handlers=[_Stderr()], level=level, format="level=%(levelname)s logger=%(name)s %(message)s", force=True
    )
