"""What is wrong with gold files: form, spelling, quotes that do not stand there, names nobody knows, drafts left."""

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from govscrape.errors import InputError
from govscrape.evaluate.case import RECORD_LISTS, Case, record_faults
from govscrape.evaluate.gold import read_gold, read_json
from govscrape.evaluate.index_scoring import family
from govscrape.evaluate.page_case import PageCase
from govscrape.evaluate.page_scoring import words_of
from govscrape.evaluate.taxonomy import locate
from govscrape.parse.encoding import decode
from govscrape.rules.ruleset import RuleSet

_TAG = re.compile(r"<[^<>]*>")
_QUOTES = ("negatives", "ambiguous")
_VERBATIM = ("evidence", "action", "deadline_text")
_OTHER = "OTHER"


def faults(files: Iterable[Path], ruleset: RuleSet) -> Iterator[str]:
    """One line for each fault of the files, with file and key."""
    names: defaultdict[tuple[str, bool], list[Path]] = defaultdict(list)  # an article may be called as its page
    for file in files:
        names[file.stem, file.with_suffix(".html").exists()].append(file)
        for fault in _of_file(file, ruleset):
            yield f"{file}: {fault}"
    for same in names.values():
        yield from (f"{file}: id: {file.stem!r} is also {same[0]}" for file in same[1:])


def _of_file(file: Path, ruleset: RuleSet) -> Iterator[str]:
    try:
        data = read_json(file)
    except InputError as error:
        yield str(error).removeprefix(f"{file}: ")
        return
    except (OSError, ValueError) as error:
        yield f"cannot be read: {error}"
        return
    if isinstance(data, dict) and data.get("draft") is not None:
        yield "draft: made by the program; finish it, then delete this key"
    try:
        case = read_gold(file)
    except InputError as error:
        yield from _form(data, error) or [str(error).removeprefix(f"{file}: ")]
        return
    yield from _spelling(data, "", nfd=isinstance(case, Case) and case.nfd)
    if isinstance(case, Case):
        yield from _of_article(case, ruleset)
    else:
        yield from _of_page(case)


def _form(data: Any, error: InputError) -> list[str]:
    """Every fault of form, where the first alone was told."""
    if isinstance(data, dict) and "page" not in data:
        records = [fault for kind in RECORD_LISTS for fault in record_faults(kind, data.get(kind) or ())]
        if records:
            return records
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in cause.errors()]
    return []


def _spelling(value: Any, key: str, *, nfd: bool) -> Iterator[str]:
    """All text is NFC. Where an article is marked NFD its text is that, and what is quoted from it may be."""
    if isinstance(value, str):
        form: Literal["NFC", "NFD"] = "NFD" if nfd and key == "text" else "NFC"
        may_differ = nfd and key != "text" and unicodedata.is_normalized("NFD", value)
        if not unicodedata.is_normalized(form, value) and not may_differ:
            yield f"{key}: not in {form}"
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _spelling(inner, f"{key}.{name}" if key else str(name), nfd=nfd)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _spelling(inner, f"{key}[{place}]", nfd=nfd)


def _of_article(case: Case, ruleset: RuleSet) -> Iterator[str]:
    rows = ruleset.gazetteer.get("province", ())
    provinces = {row["name"] for row in rows}
    aliases = {alias for row in rows for alias in row["aliases"].split("|")}
    text = unicodedata.normalize("NFC", f"{case.title or ''}\n\n{case.text}")
    if case.province is not None and case.province not in provinces | aliases:
        yield f"province: {case.province!r} is in no gazetteer"
    if all(getattr(case, kind) is None for kind in RECORD_LISTS):
        yield "nothing is annotated: none of the lists of records is there"
    for kind in RECORD_LISTS:
        for place, record in enumerate(getattr(case, kind) or ()):
            where = f"{kind}[{place}]"
            yield from _quoted(record, where, text)
            if kind == "gold_indices":
                yield from _of_index(record, where, ruleset, provinces)
    for kind in _QUOTES:
        for place, quote in enumerate(getattr(case, kind)):
            if locate(text, quote.text) is None:
                yield f"{kind}[{place}].text: not in the article: {quote.text!r}"


def _quoted(record: Mapping[str, Any], where: str, text: str) -> Iterator[str]:
    for slot in _VERBATIM:
        if record.get(slot) and locate(text, record[slot]) is None:
            yield f"{where}.{slot}: not in the article: {record[slot]!r}"


def _of_index(record: Mapping[str, Any], where: str, ruleset: RuleSet, provinces: set[str]) -> Iterator[str]:
    code = record["index"]
    if code != _OTHER and family(code) not in {family(known) for known in ruleset.indices}:
        yield f"{where}.index: {code!r} is no index of the rules"
    if record["subject_level"] == "province" and record["subject"] not in provinces:
        yield f"{where}.subject: {record['subject']!r} is no province of the gazetteer"


def _of_page(case: PageCase) -> Iterator[str]:
    """Gold of a page is words that stand on it; its time has a zone."""
    if case.published_at is not None and case.published_at.tzinfo is None:
        yield "published_at: no time zone"
    shown = words_of([html.unescape(_TAG.sub(" ", decode(case.content, case.content_type)[0]))])
    for key, part in (("title", case.title), *((f"body[{place}]", part) for place, part in enumerate(case.body))):
        missing = words_of([part]) - shown
        if missing:
            yield f"{key}: not on the page: {' '.join(missing)!r}"
