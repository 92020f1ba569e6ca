"""Gold files and folders: read, checked, and refused with the name of the file that is wrong."""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from govscrape.errors import InputError
from govscrape.evaluate.case import Case


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
