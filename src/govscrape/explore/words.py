"""What the pages say in Vietnamese and English (rules/pages/messages.yaml), numbers and days as each writes them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from govscrape.errors import RuleError
from govscrape.explore.addresses import LANGUAGES
from govscrape.rules.load import read_yaml, rules_dir

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True)
class Words:
    """The messages of one language."""

    language: str
    messages: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The message with that key, ``{name}`` filled in. Raises RuleError on an unknown key."""
        if key not in self.messages:
            raise RuleError(f"no message {key!r} in rules/pages/messages.yaml")
        text = self.messages[key]
        return text.format(**{name: self._shown(value) for name, value in values.items()}) if values else text

    def code(self, kind: str, value: object) -> str:
        """A code of the records in words ("role", "chair"); the code itself where the catalogue has none."""
        return self.messages.get(f"{kind}.{value}", str(value))

    def number(self, value: float | int | None, digits: int | None = None) -> str:
        """41,47 or 41.47; 12.345 or 12,345; as many decimals as the number has, or ``digits``."""
        if value is None:
            return ""
        whole = isinstance(value, int) or (digits is None and value == int(value))
        text = f"{int(value):,}" if whole else f"{value:,.{digits}f}" if digits is not None else f"{value:,}"
        return text if self.language == "en" else text.translate(str.maketrans(",.", ".,"))

    def day(self, text: str | date | None) -> str:
        """9/5/2024 or 9 May 2024, of an ISO day or time; a month alone is written alone."""
        parts = [int(part) for part in str(text or "")[:10].split("-") if part.isdigit()]
        if len(parts) < 2:
            return str(text or "")
        year, month, *rest = parts
        if self.language == "en":
            return " ".join([*map(str, rest), _MONTHS[month - 1], str(year)])
        return "/".join(map(str, [*rest, month, year]))

    def _shown(self, value: object) -> str:
        return self.number(value) if isinstance(value, (int, float)) else str(value)


@cache
def load_words() -> Mapping[str, Words]:
    """The messages by language. Raises RuleError when one is missing in a language."""
    path = rules_dir() / "pages" / "messages.yaml"
    data = read_yaml(path)
    messages: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for group, entries in data.items():
        for key, texts in entries.items():
            for language in LANGUAGES:
                text = texts.get(language) if isinstance(texts, dict) else None
                if not text:
                    raise RuleError(f"{group}.{key} says nothing in {language}", str(path))
                messages[language][f"{group}.{key}"] = text
    return {language: Words(language, texts) for language, texts in messages.items()}


@cache
def load_tiles() -> Mapping[int, tuple[dict[str, Any], ...]]:
    """The tile grids of the 63 and of the 34: code, column, row and short label of each. RuleError on a bad row."""
    path = rules_dir() / "pages" / "tile_grid.csv"
    grids: dict[int, list[dict[str, Any]]] = {63: [], 34: []}
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                place = {"column": int(row["column"]), "row": int(row["row"])}
                grids[int(row["era"])].append({"code": row["code"], "label": row["label"], **place})
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError) as error:
        raise RuleError(f"{type(error).__name__} {error}", str(path)) from error
    return {era: tuple(tiles) for era, tiles in grids.items()}
