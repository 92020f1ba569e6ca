"""Gold files and folders: read, checked, and refused with the name of the file that is wrong."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from govscrape.errors import InputError
from govscrape.evaluate.case import Case
from govscrape.evaluate.page_case import PageCase

_EXPECTED = "a gold file is .json"
HELD_OUT = "test"
"""Cases in a folder of this name are held out: rules are not written with them in view."""


@dataclass(frozen=True)
class Gold:
    """What was found in files and folders: articles, pages, and the drafts, which are not scored."""

    cases: list[Case] = field(default_factory=list)
    pages: list[PageCase] = field(default_factory=list)
    drafts: list[Path] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Short digest of all that is gold, bytes of pages too, whatever the order and layout of the files."""
        lines = [case.model_dump_json(exclude_defaults=True) for case in self.cases]
        lines += [page.model_dump_json() + hashlib.sha256(page.content).hexdigest() for page in self.pages]
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]


def load_gold(paths: Sequence[Path]) -> Gold:
    """All gold in files and folders (searched through), in the order of their paths.

    Raises InputError naming the file and what is wrong; also when there is nothing at all.
    """
    gold = Gold()
    for file in gold_files(paths):
        case = read_gold(file)
        if case.draft is not None:
            gold.drafts.append(file)
        elif isinstance(case, Case):
            gold.cases.append(case)
        else:
            gold.pages.append(case)
    if not (gold.cases or gold.pages):
        drafts = f"; {len(gold.drafts)} drafts, which are no gold" if gold.drafts else ""
        raise InputError(f"{' '.join(map(str, paths))}: no gold case (*.json){drafts}")
    return gold


def load_cases(paths: Sequence[Path]) -> list[Case]:
    """The annotated articles of :func:`load_gold`. Raises InputError, also when there is none."""
    cases = load_gold(paths).cases
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


def read_gold(file: Path) -> Case | PageCase:
    """The case of a file: of a page when it names one, else of an article. Raises InputError naming file and key."""
    try:
        data = read_json(file)
        if not isinstance(data, dict):
            raise InputError(f"{file}: expected an object, found {type(data).__name__}")
        return _page(file, data) if "page" in data else _article(file, data)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: {error}") from error


def read_json(file: Path) -> Any:
    """What a gold file holds, unchecked. Raises InputError naming the file, and OSError."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8 at byte {error.start}: {_EXPECTED}") from error
    except json.JSONDecodeError as error:
        where = f" ({error.msg} at line {error.lineno}, column {error.colno})" if file.suffix == ".json" else ""
        raise InputError(f"{file}: not JSON{where}: {_EXPECTED}") from error


def _article(file: Path, data: dict[str, Any]) -> Case:
    if beside := data.pop("text_file", None):
        data["text"] = (file.parent / beside).read_text(encoding="utf-8")
    return Case.model_validate({**data, "id": file.stem, "held_out": file.parent.name == HELD_OUT})


def _page(file: Path, data: dict[str, Any]) -> PageCase:
    content = (file.parent / str(data["page"])).read_bytes()
    return PageCase.model_validate({**data, "id": file.stem, "folder": str(file.parent), "content": content})
