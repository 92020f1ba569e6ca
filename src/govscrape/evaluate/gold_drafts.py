"""Corrected articles as first versions of gold cases, for a person to finish. The format is in docs/annotation.md."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from govscrape.models.correction import FIELDS, KINDS, Kind, facts, records_of
from govscrape.models.records import Extraction, Record
from govscrape.store import Store
from govscrape.store.corrections import StoredCorrection
from govscrape.text.fold import fold

MARK = "from corrections: people saw some of these records only; check all, add what is missing, then delete this line"

_LISTS: Mapping[Kind, str] = {kind: f"gold_{FIELDS[kind]}" for kind in KINDS}
_NAMED_OTHERWISE = {"role": "role_in_event", "deadline": "deadline_iso", "rank_group": "group"}
_NOT_GOLD = frozenset(
    {"index_text", "component_text", "subject_text", "subject_code", "status", "checks", "verb_class"}
)
_NAME_MAX = 60


def gold_drafts(store: Store) -> dict[str, dict[str, Any]]:
    """A draft by its file's name for each article with corrections in force, of the kinds that these are about.

    A withdrawn index result becomes a negative: words that look like a result and are none.
    """
    of_article: defaultdict[str, list[StoredCorrection]] = defaultdict(list)
    for stored in store.corrections.all():
        if stored.status in ("applied", "agreed"):
            of_article[stored.correction.url].append(stored)
    drafts = {}
    for url, corrections in sorted(of_article.items()):
        extraction = store.load(url)
        if extraction is not None:
            drafts[_name(url)] = draft(extraction, corrections)
    return drafts


def draft(extraction: Extraction, corrections: Sequence[StoredCorrection]) -> dict[str, Any]:
    """The gold case of an article as it is served now."""
    article = extraction.article
    about = {"title": article.title, "province": article.province, "portal": article.portal}
    case: dict[str, Any] = {"draft": MARK, "tags": ["correction"], **{k: v for k, v in about.items() if v}}
    if article.published_at:
        case["published_at"] = article.published_at.isoformat()
    case["note"] = f"{article.canonical_url or article.url}; " + "; ".join(_told(stored) for stored in corrections)
    case["text"] = article.body
    if negatives := [
        _negative(one) for one in corrections if one.correction.kind == "index" and not one.correction.slot
    ]:
        case["negatives"] = negatives
    for kind in KINDS:
        if any(stored.correction.kind == kind for stored in corrections):
            records = records_of(extraction, kind)
            case[_LISTS[kind]] = [gold_record(kind, record) for record in records if _is_result(record)]
    return case


def gold_record(kind: Kind, record: Record) -> dict[str, Any]:
    """A record in the form of gold, without the slots that annotators do not fill."""
    stated = facts(kind, record)
    slots = {_NAMED_OTHERWISE.get(name, name): value for name, value in stated.items() if name not in _NOT_GOLD}
    filled = {name: value for name, value in slots.items() if value is not None or name in ("subject", "name")}
    return {**filled, "evidence": record.evidence.text}


def _is_result(record: Record) -> bool:
    return getattr(record, "status", "result") == "result"


def _negative(stored: StoredCorrection) -> dict[str, str]:
    return {"text": stored.correction.evidence, "why": stored.correction.reason or "withdrawn by a reader"}


def _told(stored: StoredCorrection) -> str:
    correction = stored.correction
    slot = f" {correction.slot}" if correction.slot else ", withdrawn"
    return f"{correction.kind}{slot} by {correction.by} on {correction.at.date().isoformat()}"


def _name(url: str) -> str:
    """A file's name from the last part of the article's address; a digest keeps two apart."""
    stem = PurePosixPath(urlsplit(url).path).stem
    words = re.sub(r"[^a-z0-9]+", "-", fold(stem).lower())[:_NAME_MAX].strip("-")
    return "-".join(filter(None, (words, hashlib.sha256(url.encode()).hexdigest()[:8])))
