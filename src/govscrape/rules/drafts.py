"""First versions of portal files: what is known in the order and form of the shipped ones."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from govscrape.errors import InputError
from govscrape.models.portal import Portal
from govscrape.rules.gazetteer import provinces
from govscrape.rules.load import yaml_text
from govscrape.text.fold import fold
from govscrape.text.normalize import nfc

_ID = re.compile(r"[a-z][a-z0-9_]*")
_HOME = {"id": "home", "url": "/"}
_DERIVED = {"words"}
_WORD = re.compile(r"[^\W_]+")


def portal_draft(
    id: str,
    *,
    name: str,
    province: str,
    base_url: str,
    family: str,
    evidence: str,
    listings: Iterable[Mapping[str, object]] = (),
) -> str:
    """The YAML of a portal that nobody has checked. Raises InputError when id or address cannot be one."""
    if not _ID.fullmatch(id):
        raise InputError(f"{id!r} is no id: small letters, digits and _, a letter first")
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{base_url!r} is no http address")
    host = parts.hostname.removeprefix("www.")
    others = () if _is_address(host) else (f"www.{host}",)
    return yaml_text(
        {
            "id": id,
            "name": name,
            "province": province,
            "base_url": base_url.rstrip("/"),
            "hosts": [host, *others],
            "family": family,
            "evidence": evidence,
            "listings": [dict(listing) for listing in listings] or [dict(_HOME)],
            "verified": None,
        }
    )


def portal_yaml(portal: Portal) -> str:
    """A portal with everything that it has from its family, as YAML; what is as the model has it is left out."""
    return yaml_text(portal.model_dump(mode="json", exclude_defaults=True, exclude=_DERIVED))


def province_named(texts: Iterable[str]) -> str | None:
    """The one province that the first of the texts that names any names; accents count where a text has some.

    "Thừa Thiên Huế" is not Huế besides. None when no text names one, or when that text names several.
    """
    spellings = {spelled: name for name, aliases in provinces().items() for spelled in (name, *aliases)}
    for text in texts:
        if found := _named(text, spellings):
            return found.pop() if len(found) == 1 else None
    return None


def _named(text: str, spellings: Mapping[str, str]) -> set[str]:
    accents = fold(text) != nfc(text).lower()
    # A name is written with capitals: "hòa bình" in small letters is peace.
    capitals = (word.lower() if word[0].isupper() else "|" for word in _WORD.findall(nfc(text)))
    left, found = f" {' '.join(capitals)} ", set[str]()
    for spelled in sorted(spellings, key=len, reverse=True):
        words = f" {' '.join(_WORD.findall(nfc(spelled).lower() if accents else fold(spelled)))} "
        if words in left:
            found.add(spellings[spelled])
            left = left.replace(words, " | ")
    return found


def _is_address(host: str) -> bool:
    """Whether a host is a number or a machine's own name, which has no sister under www."""
    return "." not in host or ":" in host or host.replace(".", "").isdigit()


def province_of(host: str, portals: Iterable[Portal]) -> str | None:
    """The province whose portal, not an archive if there is a choice, has this host or one above it.

    Else the one whose name, without accents and blanks, is a part of the host.
    """
    known = {
        name.removeprefix("www."): portal.province
        for portal in sorted(portals, key=lambda portal: not portal.archive)
        for name in (*portal.hosts, urlsplit(portal.base_url).hostname or "")
    }
    parts = host.lower().removeprefix("www.").split(".")
    above = next((known[name] for n in range(len(parts)) if (name := ".".join(parts[n:])) in known), None)
    return above or next((name for name in provinces() if "".join(_WORD.findall(fold(name))) in parts), None)
