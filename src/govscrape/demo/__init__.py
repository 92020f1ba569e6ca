"""Sample portals on this machine: four sites, four CMS families, articles of our own writing.

``serve`` puts them on loopback, ``sample_portals`` describes them as any other portal is described, and ``expected``
says which index results each article states. See ``articles`` for what is invented in them.
"""

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from govscrape.demo.articles import MARK, Expected, SampleArticle, articles
from govscrape.demo.server import Served, serve
from govscrape.errors import InputError
from govscrape.models.portal import Portal
from govscrape.rules.portals import load_portal

SENTENCE = "PAPI năm 2023 của tỉnh Gia Lai đạt 40,32 điểm, xếp thứ 51/61"
WORDS = "đầu tư công"
"""A statement to explain and words to look for, for whoever wants to go on from the samples."""

SECTIONS = {
    "gialai": "/tin-tuc/cai-cach-hanh-chinh",
    "quangninh": "/Trang/tin-tuc-su-kien.aspx?Cat=82",
    "thuathienhue": "/tin-tuc",
    "dongnai": "/vi/news/Kinh-te-Xa-hoi/",
}
"""A section's page of each portal, which tells how its list is asked for."""

PORTALS = tuple(SECTIONS)

_ALLOWED = "allow_loopback: true\n"

__all__ = [
    "MARK",
    "PORTALS",
    "SECTIONS",
    "SENTENCE",
    "WORDS",
    "Expected",
    "SampleArticle",
    "Served",
    "describe",
    "expected",
    "sample_articles",
    "sample_portals",
    "serve",
]


def sample_articles() -> tuple[SampleArticle, ...]:
    """All sample articles, portal by portal, newest first."""
    return tuple(article for portal in PORTALS for article in articles(portal))


@cache
def expected() -> dict[tuple[str, str], tuple[Expected, ...]]:
    """Per (portal, article title): the index results that its text states; empty for plain news, plans and notices."""
    return {(article.portal, article.title): article.indices for article in sample_articles()}


def sample_portals(port: int) -> list[Portal]:
    """The sample portals as served on ``port``. Raises RuleError naming the file that is wrong."""
    return [_portal(name, port) for name in PORTALS]


def describe(folder: Path, port: int) -> None:
    """Write a file for each portal as served on ``port``, as for any other: loopback is for whoever asks to allow.

    InputError names the file that cannot be written.
    """
    for name in PORTALS:
        text = files("govscrape.demo").joinpath("portals", f"{name}.yaml").read_text(encoding="utf-8")
        path = folder / f"{name}.yaml"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("{port}", str(port)).replace(_ALLOWED, ""), encoding="utf-8")
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}") from error


def _portal(name: str, port: int) -> Portal:
    with as_file(files("govscrape.demo") / "portals" / f"{name}.yaml") as path:
        portal = load_portal(path)
    return Portal.model_validate_json(portal.model_dump_json().replace("{port}", str(port)))
