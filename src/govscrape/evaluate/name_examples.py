"""Runs the examples of rules/gazetteer/organisation_words.yaml: which body is meant, and which words are none."""

from collections.abc import Iterator
from pathlib import Path

from govscrape.evaluate.examples import Failure
from govscrape.rules.organisations import WORDS, Catalogue, catalogue

NAME = "organisations"
_WHERE = "rules/gazetteer/organisation_words.yaml"


def check_names(beginning: str | None = None, rules: Path | None = None) -> tuple[list[Failure], int]:
    """The failures, and how many examples were run; none when ``beginning`` is that of another rule's name.

    ``rules`` is the folder, which may be without such examples; by default the rules in use.
    """
    if (beginning and not NAME.startswith(beginning)) or (rules and not (rules / "gazetteer" / WORDS).is_file()):
        return [], 0
    found = list(_checked(catalogue(rules) if rules else catalogue()))
    return [failure for failure in found if failure], len(found)


def _checked(bodies: Catalogue) -> Iterator[Failure | None]:
    for example in bodies.about["examples"]:
        text = str(example["written"])
        body = bodies.named(text, example["province"])
        told = (body.name, body.province, body.level)
        expected = (example["name"], example["in"], example["level"])
        right = body.kind == example["kind"] if "kind" in example else body.known
        message = f"expected {expected}, found {told} of kind {body.kind}"
        yield None if told == expected and right else Failure(NAME, _WHERE, text, message)
    for counter in bodies.about["not"]:
        text = str(counter["written"])
        body = bodies.named(text, counter["province"])
        message = f"must be kept as written ({counter['why']}), found {body.name!r}"
        yield Failure(NAME, _WHERE, text, message) if body.known else None
