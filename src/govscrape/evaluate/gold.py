"""Gold cases: an article with what annotators say it states. The file format is described in docs/annotation.md."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator

from govscrape.errors import InputError
from govscrape.models.base import Frozen

_HANOI = timezone(timedelta(hours=7))
_REQUIRED = {
    "gold_indices": ("index", "subject", "subject_level", "evidence"),
    "gold_officials": ("titles", "evidence"),
    "gold_directives": ("addressees", "action", "verb", "evidence"),
    "gold_legal_refs": ("kind", "evidence"),
}


class Quote(Frozen):
    """Words of the article, and why they are marked; the flags narrow what an ambiguous quote excuses."""

    text: str = Field(min_length=1)
    why: str = ""
    implied: bool = False
    bound: bool = False
    level: str | None = None


class Case(Frozen):
    """One annotated article. A list of records that is None was not annotated, so nothing of that kind is scored."""

    id: str
    title: str | None = None
    text: str = Field(min_length=1)
    province: str | None = None
    portal: str | None = None
    published_at: datetime | None = None
    author: str | None = None
    views: int | None = None
    tags: tuple[str, ...] = ()
    nfd: bool = False
    tone_style: str | None = None
    synthetic: bool = False
    note: str | None = None
    disclaimer: str | None = None
    negatives: tuple[Quote, ...] = ()
    ambiguous: tuple[Quote, ...] = ()
    gold_indices: tuple[dict[str, Any], ...] | None = None
    gold_officials: tuple[dict[str, Any], ...] | None = None
    gold_directives: tuple[dict[str, Any], ...] | None = None
    gold_legal_refs: tuple[dict[str, Any], ...] | None = None

    @model_validator(mode="before")
    @classmethod
    def _older_names(cls, data: Any) -> Any:
        """Older files say ``gold`` and ``published``."""
        for old, new in (("gold", "gold_indices"), ("published", "published_at")):
            if isinstance(data, dict) and old in data:
                data = {new: data[old], **{key: value for key, value in data.items() if key != old}}
        return data

    @field_validator("negatives", "ambiguous", mode="before")
    @classmethod
    def _plain_quotes(cls, value: Any) -> Any:
        return [{"text": quote} if isinstance(quote, str) else quote for quote in value or ()]

    @field_validator("published_at")
    @classmethod
    def _in_vietnam(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=_HANOI) if value and not value.tzinfo else value

    @model_validator(mode="after")
    def _complete(self) -> "Case":
        for kind, keys in _REQUIRED.items():
            for place, record in enumerate(getattr(self, kind) or ()):
                for key in keys:
                    if record.get(key) is None:
                        raise ValueError(f"{kind}[{place}] has no {key}")
        return self


def load_cases(paths: Sequence[Path]) -> list[Case]:
    """The cases in files and folders (searched through), in the order of their paths.

    Raises InputError naming the file and what is wrong; also when there is no case at all.
    """
    cases = [_load(file) for file in gold_files(paths)]
    if not cases:
        raise InputError(f"{' '.join(map(str, paths))}: no gold case (*.json)")
    return cases


def gold_files(paths: Sequence[Path]) -> list[Path]:
    """The files of cases. Raises InputError for a path that does not exist."""
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: no such file or folder")
        files += sorted(path.rglob("*.json")) if path.is_dir() else [path]
    return files


def _load(file: Path) -> Case:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise InputError(f"{file}: expected an object, found {type(data).__name__}")
        if beside := data.pop("text_file", None):
            data["text"] = (file.parent / beside).read_text(encoding="utf-8")
        return Case.model_validate({**data, "id": file.stem})
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: {error}") from error


def digest(cases: Iterable[Case]) -> str:
    """Short digest of all that is gold in the cases, whatever their order and layout."""
    lines = sorted(case.model_dump_json(exclude_defaults=True) for case in cases)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
