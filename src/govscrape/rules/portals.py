"""Portals and their CMS families from ``rules/portals``, and the words that mark a page's furniture."""

from pathlib import Path
from typing import Any

from govscrape.errors import RuleError
from govscrape.models.portal import Family, PageWords, Portal
from govscrape.rules.load import Mapping, read_yaml, rules_dir, validate

_WORDS = Path("lexicon") / "page.yaml"
_FAMILIES = "_families"
_INHERITED = ("versions", "urls", "refusals")


def load_portal(path: Path, families: Path | None = None) -> Portal:
    """One portal with its family's ``versions``, ``urls`` and ``refusals`` merged in and the page words attached.

    A key of the portal replaces the family's; inside ``urls`` and ``refusals`` key by key. ``families`` defaults to
    the rules' own. Raises RuleError with file:line: bad YAML, unknown key, unknown family, a file named unlike its id.
    """
    return _portal(path, families or _default_families(path), load_page_words())


def load_portals(folder: Path | None = None) -> dict[str, Portal]:
    """Every portal of a folder (the rules' own when None) by id, in the order of ids. Raises RuleError."""
    root = folder or rules_dir() / "portals"
    if not root.is_dir():
        raise RuleError("no folder of portals", str(root))
    words = load_page_words()
    portals = [_portal(path, _default_families(path), words) for path in sorted(root.glob("*.yaml"))]
    return {portal.id: portal for portal in sorted(portals, key=lambda portal: portal.id)}


def load_family(path: Path) -> Family:
    """One CMS family. Raises RuleError."""
    family = validate(Family, _mapping(path), str(path))
    _check_name(family.id, path)
    return family


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
        _inherit(data, _mapping(file))
    portal = validate(Portal, data, str(path))
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
        elif isinstance(own, Mapping) and isinstance(inherited, Mapping):
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
