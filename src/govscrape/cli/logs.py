"""Logs: the only place that configures them. Lines of ``key=value`` on stderr, silent below warnings unless asked."""

import logging
import sys
from typing import Any

import structlog

LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


class _Stderr(logging.StreamHandler[Any]):
    """Writes to what ``sys.stderr`` is now, not to what it was when logs were set up."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def configure(verbose: int = 0) -> None:
    """Send structlog's and the standard library's records to stderr; ``verbose`` counts the ``-v``."""
    level = LEVELS[min(verbose, len(LEVELS) - 1)]
    logging.basicConfig(
        handlers=[_Stderr()], level=level, format="level=%(levelname)s logger=%(name)s %(message)s", force=True
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
