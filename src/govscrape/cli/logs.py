"""Logs: the only place that configures them. Lines of ``key=value`` on stderr, silent below warnings unless asked."""

import logging
import sys

import structlog

LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


def configure(verbose: int = 0) -> None:
    """Send structlog's and the standard library's records to stderr; ``verbose`` counts the ``-v``."""
    level = LEVELS[min(verbose, len(LEVELS) - 1)]
    logging.basicConfig(
        stream=sys.stderr, level=level, format="level=%(levelname)s logger=%(name)s %(message)s", force=True
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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
