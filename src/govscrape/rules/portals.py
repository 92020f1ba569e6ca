"""Portals and their CMS families from ``rules/portals``, and the words that mark a page's furniture."""

from pathlib import Path
from typing import Any

from govscrape.errors import RuleError
from govscrape.models.portal import Family, PageWords, Portal
from govscrape.rules import cache
from govscrape.rules.load import Mapping, read_yaml, rules_dir, validate

_WORDS = Path("lexicon") / "page.yaml"
_FAMILIES = "_families"
_INHERITED = ("versions", "urls", "refusals", "files", "limits", "expect", "schedule")
UNKNOWN_PROVINCE = "?"
"""What a draft has where nothing told the province: nothing can be read until somebody writes it."""

_LINKS = frozenset({"item", "link", "title_chars", "date", "next"})


def load_portal(path: Path, families: Path | None = None) -> Portal:
    """One portal with its family's keys merged in and the page words attached.

    A key of the portal replaces the family's; inside ``urls``, ``refusals``, ``files``, ``limits``, ``expect`` and
    ``schedule`` key by key. Each listing takes what it lacks from the family's shape of its ``like`` or ``kind``; one
    with its own ``item`` or ``link`` takes no selector of the shape of its kind. ``families`` defaults to the rules'
    own. Raises RuleError with file:line: bad YAML, unknown key, unknown family or shape, a file named unlike its id.
    """
    return _portal(path, families or _default_families(path), load_page_words())


def load_portals(folder: Path | None = None) -> dict[str, Portal]:
    """Every portal of a folder by id, in the order of ids. Raises RuleError.

    By default the rules' own, which are kept between runs (:mod:`govscrape.rules.cache`).
    """
    root = folder or rules_dir() / "portals"
    if not root.is_dir():
        raise RuleError("no folder of portals", str(root))
    above = root.parent
    version = cache.digest(above, [*sorted(root.rglob("*.yaml")), rules_dir() / _WORDS]) if folder is None else ""
    if folder is None and isinstance(known := cache.load(root, version), dict):
        return known
    words = load_page_words()
    portals = [_portal(path, _default_families(path), words) for path in sorted(root.glob("*.yaml"))]
    found = {portal.id: portal for portal in sorted(portals, key=lambda portal: portal.id)}
    if folder is None:
        cache.save(root, version, found)
    return found


def load_family(path: Path) -> Family:
    """One CMS family. Raises RuleError."""
    family = validate(Family, _mapping(path), str(path))
    _check_name(family.id, path)
    return family


def load_families(folder: Path | None = None) -> dict[str, Family]:
    """Every CMS family of a folder (the rules' own when None) by id. Raises RuleError."""
    root = folder or rules_dir() / "portals" / _FAMILIES
    return {path.stem: load_family(path) for path in sorted(root.glob("*.yaml"))}


def load_page_words(path: Path | None = None) -> PageWords:
    """The words of ``lexicon/page.yaml``. Raises RuleError."""
    path = path or rules_dir() / _WORDS
    return validate(PageWords, _mapping(path), str(path))


def _portal(path: Path, families: Path, words: PageWords) -> Portal:
    data = _mapping(path)
    family = data.get("family")
    if isinstance(family, str):
        file = families / f"{family}.yaml"
        if not file.is_file():
            raise RuleError(f"family: unknown family {family!r}", f"{path}:{data.lines['family']}")
        # Validated first, so that an error in the family names the family's file.
        load_family(file)
        shared = _mapping(file)
        _inherit(data, shared)
        _inherit_listings(data, shared, path)
    portal = validate(Portal, data, str(path))
    if portal.province == UNKNOWN_PROVINCE:
        line = f"{path}:{data.lines['province']}"
        raise RuleError(f"province: {portal.province!r} stands for none; write the province's name", line)
    _check_name(portal.id, path)
    return portal if "words" in data else portal.model_copy(update={"words": words})


def _inherit(data: Mapping, family: Mapping) -> None:
    for key in _INHERITED:
        inherited = family.get(key)
        if inherited is None:
            continue
        own = data.get(key)
        if own is None:
            data[key], data.lines[key] = inherited, data.lines.get("family", 1)
        else:
            _add(own, inherited)


def _inherit_listings(data: Mapping, family: Mapping, path: Path) -> None:
    shapes, listings = family.get("listings"), data.get("listings")
    for listing in listings if isinstance(listings, list) else ():
        if isinstance(listing, Mapping):
            _inherit_shape(listing, shapes if isinstance(shapes, Mapping) else Mapping(), path)


def _inherit_shape(listing: Mapping, shapes: Mapping, path: Path) -> None:
    like = listing.get("like")
    if like is not None and like not in shapes:
        known = ", ".join(shapes) or "none"
        raise RuleError(f"like: no shape {like!r} in the family; there are: {known}", f"{path}:{listing.lines['like']}")
    shape = shapes.get(str(like or listing.get("kind") or "html")) or Mapping()
    own_links = like is None and not {"item", "link"}.isdisjoint(listing)
    for key, value in shape.items():
        if own_links and key in _LINKS:
            continue
        if key == "next" and _counts_pages(listing):
            continue
        if key not in listing:
            listing[key], listing.lines[key] = value, listing.line
        elif key in ("form", "headers", "form_from"):
            _add(listing[key], value)


def _counts_pages(listing: Mapping) -> bool:
    """A listing that is asked for by page number needs no link to the next page."""
    return "{page}" in f"{listing.get('url')} {listing.get('form')}"


def _add(own: object, inherited: object) -> None:
    if isinstance(own, Mapping) and isinstance(inherited, Mapping):
        for name, value in inherited.items():
            if name not in own:
                own[name], own.lines[name] = value, own.line


def _mapping(path: Path) -> Mapping:
    data: Any = read_yaml(path)
    if not isinstance(data, Mapping):
        raise RuleError("must be a mapping", f"{path}:1")
    return data


def _check_name(id: str, path: Path) -> None:
    if id != path.stem:
        raise RuleError(f"id: {id!r} is not the file's name", f"{path}:1")


def _default_families(path: Path) -> Path:
    """The families beside the portal's file when there are some (the demo's), else the rules' own."""
    beside = path.parent / _FAMILIES
    return beside if beside.is_dir() else rules_dir() / "portals" / _FAMILIES
