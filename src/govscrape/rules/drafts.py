"""First versions of portal files: what is known in the order and form of the shipped ones."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from govscrape.errors import InputError
from govscrape.models.portal import Portal
from govscrape.rules.load import yaml_text

_ID = re.compile(r"[a-z][a-z0-9_]*")
_HOME = {"id": "home", "url": "/"}
_DERIVED = {"words"}


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
    return yaml_text(
        {
            "id": id,
            "name": name,
            "province": province,
            "base_url": base_url.rstrip("/"),
            "hosts": [host, f"www.{host}"],
            "family": family,
            "evidence": evidence,
            "listings": [dict(listing) for listing in listings] or [dict(_HOME)],
            "verified": None,
        }
    )


def portal_yaml(portal: Portal) -> str:
    """A portal with everything that it has from its family, as YAML; what is as the model has it is left out."""
    return yaml_text(portal.model_dump(mode="json", exclude_defaults=True, exclude=_DERIVED))


def province_of(host: str, portals: Iterable[Portal]) -> str | None:
    """The province whose portal, not an archive if there is a choice, has this host or one above it."""
    known = {
        name.removeprefix("www."): portal.province
        for portal in sorted(portals, key=lambda portal: not portal.archive)
        for name in (*portal.hosts, urlsplit(portal.base_url).hostname or "")
    }
    parts = host.lower().removeprefix("www.").split(".")
    return next((known[name] for n in range(len(parts)) if (name := ".".join(parts[n:])) in known), None)
