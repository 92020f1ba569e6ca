"""Where each page stands: one path for the server and for the files, so that links are the same in both.

A path begins with the language (``vi/province/gia-lai.html``); links are relative, so that files open from a disk.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from govscrape.text.fold import fold

LANGUAGES = ("vi", "en")
SINGLE = ("index", "provinces", "officials", "organisations", "documents", "calendar", "reconcile", "search")
"""The pages of which there is one; ``index`` is the start page."""

_KEYED = {
    "measure": re.compile(r"[a-z0-9-]{1,60}"),
    "province": re.compile(r"[a-z0-9-]{1,60}"),
    "calendar": re.compile(r"[12]\d{3}"),
    "article": re.compile(r"[1-9]\d{0,17}"),
}
_PAIRED = ("organisation", "document")
_PLACE, _OWN = re.compile(r"[a-z0-9-]{1,80}"), re.compile(r"[a-z0-9-]{1,200}")
_NAME = re.compile(r"[^\W\d_]+(?:[ .'’-]+[^\W\d_]+)*\.?")
_NAME_MAX = 60
_NUMBERED = re.compile(r"(?P<name>.+?)(?: \((?P<number>[2-9]|[1-9]\d{1,3})\))?")
_PATH = re.compile(r"(?P<language>[a-z]{2})/(?P<kind>[a-z]+)(?:/(?P<key>[^/]+))?(?:/(?P<name>[^/]+))?\.html")
_NOWHERE = "elsewhere"
_FRAGMENT_WORDS = 6


@dataclass(frozen=True)
class Address:
    """A page: its kind and, where there are several, which: an index, a province, an article, a body."""

    kind: str
    key: str = ""
    name: str = ""

    @property
    def path(self) -> str:
        """The path below the language's folder, not yet percent-encoded."""
        return "/".join(filter(None, (self.kind, self.key, self.name))) + ".html"


def slug(text: str | None) -> str:
    """Small letters and hyphens: "Bà Rịa - Vũng Tàu" becomes "ba-ria-vung-tau"; nothing becomes "elsewhere"."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text or "")).strip("-") or _NOWHERE


def official(name: str | None, province: str | None, number: int = 1) -> Address | None:
    """The page of a person, the ``number``-th of that name in the province; None for what is no name of a file."""
    if not name or len(name) > _NAME_MAX or not _NAME.fullmatch(name):
        return None
    return Address("official", slug(province), name if number == 1 else f"{name} ({number})")


def of_key(kind: str, key: str) -> Address:
    """The page of a body or of a document, by its key."""
    place, _, own = key.partition("/")
    return Address(kind, place, own)


def name_and_number(name: str) -> tuple[str, int]:
    """What ``official`` made the name of: "Lê Văn A (2)" is the second of that name."""
    found = _NUMBERED.fullmatch(name)
    return (found["name"], int(found["number"] or 1)) if found else (name, 1)


def parse(path: str) -> tuple[str, Address] | None:
    """Language and address of a path (``vi/article/12.html``); None when there is no such page."""
    found = _PATH.fullmatch(path)
    if not found or found["language"] not in LANGUAGES:
        return None
    kind, key, name = found["kind"], found["key"] or "", found["name"] or ""
    if kind == "official":
        person, number = name_and_number(name)
        address = official(person, key, number)
        return (found["language"], address) if address and address.key == key else None
    if kind in _PAIRED:
        return (found["language"], Address(kind, key, name)) if _PLACE.fullmatch(key) and _OWN.fullmatch(name) else None
    known = not key and kind in SINGLE if not key else kind in _KEYED and bool(_KEYED[kind].fullmatch(key))
    return (found["language"], Address(kind, key)) if known and not name else None


def link(address: Address, language: str, *, from_path: str) -> str:
    """The relative link from the page at ``from_path`` (with its language) to an address."""
    return root(from_path) + quote(f"{language}/{address.path}")


def root(from_path: str) -> str:
    """The relative way from a page up to where the languages' folders are."""
    return "../" * from_path.count("/")


def live_link(url: str | None, evidence: str | None = None) -> str | None:
    """A link to the portal's page that scrolls to the evidence; None when the URL is not one of the web."""
    if not url or urlsplit(url).scheme not in ("http", "https"):
        return None
    words = (evidence or "").split()
    if not words or "#" in url:
        return url
    if len(words) <= 2 * _FRAGMENT_WORDS:
        return f"{url}#:~:text={_encoded(words)}"
    return f"{url}#:~:text={_encoded(words[:_FRAGMENT_WORDS])},{_encoded(words[-_FRAGMENT_WORDS:])}"


def _encoded(words: list[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")
