"""Reads files under ``rules/``: strings only, duplicate keys refused, every error with file:line.

The one door to ruamel.yaml. YAML 1.1 would turn ``no``, ``12:30`` and ``0123`` into other things and keep
the last of two equal keys; here every scalar stays the string that was typed, and only an unquoted ``null``,
``~`` or nothing is None. Typing is the models' work (:func:`validate`).
"""

import os
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from govscrape.errors import RuleError

ENVIRONMENT = "GOVSCRAPE_RULES"
_NULLS = {"", "~", "null"}
_NULL_TAG = "tag:yaml.org,2002:null"

Model = TypeVar("Model", bound=BaseModel)


class Mapping(dict[str, Any]):
    """A YAML mapping that remembers the line of itself and of each key (1-based)."""

    line: int
    lines: dict[str, int]


class Sequence(list[Any]):
    """A YAML sequence that remembers the line of each item (1-based)."""

    line: int
    lines: list[int]


def rules_dir() -> Path:
    """The folder of rules: ``GOVSCRAPE_RULES``, else the wheel's own copy, else the clone's ``rules/``.

    Raises RuleError when there is none.
    """
    package = Path(__file__).resolve().parent.parent
    given = os.environ.get(ENVIRONMENT)
    for path in [Path(given)] if given else [package / "_rules", package.parent.parent / "rules"]:
        if path.is_dir():
            return path
    raise RuleError(f"no rules folder: set {ENVIRONMENT} to one", given or str(package / "_rules"))


def read_yaml(path: Path) -> Any:
    """The file as Mapping, Sequence, str and None. Raises RuleError (file:line) on bad YAML or a duplicate key."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RuleError(f"cannot be read: not UTF-8 at byte {error.start}", str(path)) from error
    except OSError as error:
        raise RuleError(f"cannot be read: {error.strerror or error}", str(path)) from error
    return parse_yaml(text, str(path))


def parse_yaml(text: str, name: str) -> Any:
    """As :func:`read_yaml`, from a string; ``name`` stands for the file in errors."""
    try:
        return _Reader(text, name).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        raise RuleError(f"not YAML: {error.problem}", where) from error
    except YAMLError as error:
        raise RuleError(f"not YAML: {error}", name) from error


def yaml_text(data: Any) -> str:
    """``data`` (mappings, lists, strings, numbers, None) as block YAML, which :func:`parse_yaml` reads as strings."""
    yaml = YAML(typ="rt")
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 120
    yaml.representer.add_representer(type(None), lambda dumper, _: dumper.represent_scalar(_NULL_TAG, "null"))
    out = StringIO()
    yaml.dump(data, out)
    return out.getvalue()


class _Reader:
    """Builds values from the parser's events: tags and types, which take most of the time, mean nothing here."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.parser = CParser(text)
        self.anchors: dict[str, Any] = {}

    def document(self) -> Any:
        value = None
        self.parser.get_event()
        if not self.parser.check_event(StreamEndEvent):
            self.parser.get_event()
            value = self.value(self.parser.get_event())
            self.parser.get_event()
        if not self.parser.check_event(StreamEndEvent):
            line = self.parser.get_event().start_mark.line + 1
            raise RuleError("not YAML: more than one document", f"{self.name}:{line}")
        return value

    def value(self, event: NodeEvent) -> Any:
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent):
            if event.anchor not in self.anchors:
                raise RuleError(f"not YAML: nothing is called {event.anchor!r}", f"{self.name}:{line}")
            return self.anchors[event.anchor]
        value: Any
        if isinstance(event, ScalarEvent):
            value = None if not event.style and event.value in _NULLS else str(event.value)
        elif isinstance(event, SequenceStartEvent):
            value = self.sequence(line)
        else:
            value = self.mapping(line)
        if event.anchor:
            self.anchors[event.anchor] = value
        return value

    def sequence(self, line: int) -> Sequence:
        items = Sequence()
        items.line, items.lines = line, []
        while not isinstance(event := self.parser.get_event(), SequenceEndEvent):
            items.lines.append(event.start_mark.line + 1)
            items.append(self.value(event))
        return items

    def mapping(self, line: int) -> Mapping:
        out = Mapping()
        out.line, out.lines = line, {}
        while not isinstance(event := self.parser.get_event(), MappingEndEvent):
            key_line = event.start_mark.line + 1
            if not isinstance(event, ScalarEvent):
                raise RuleError("a key must be a string", f"{self.name}:{key_line}")
            key = str(event.value)
            if key in out:
                raise RuleError(f"key {key!r} stands twice (first on line {out.lines[key]})", f"{self.name}:{key_line}")
            out[key] = self.value(self.parser.get_event())
            out.lines[key] = key_line
        return out


def validate(model: type[Model], data: Any, name: str) -> Model:
    """``data`` as ``model``; the first mistake becomes a RuleError with its line. A misspelt key comes first."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        mistakes = error.errors()
        first = next((mistake for mistake in mistakes if mistake["type"] == "extra_forbidden"), mistakes[0])
        path = ".".join(str(step) for step in first["loc"])
        message = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
        raise RuleError(f"{path or 'file'}: {message}", f"{name}:{_line(data, first['loc'])}") from error


def _line(data: Any, loc: tuple[int | str, ...]) -> int:
    """The line of the deepest part of ``loc`` that stands in the file."""
    line = getattr(data, "line", 1)
    for step in loc:
        if isinstance(data, Mapping) and step in data:
            line, data = data.lines[str(step)], data[str(step)]
        elif isinstance(data, Sequence) and isinstance(step, int) and step < len(data):
            line, data = data.lines[step], data[step]
        else:
            break
    return int(line)
