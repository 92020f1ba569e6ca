"""``govscrape schema``: the JSON Schema of what the other verbs print and read."""

import json
from typing import Any

import click

from govscrape.models.article import Article
from govscrape.models.portal import Family, Portal
from govscrape.models.records import Directive, Extraction, IndexResult, Issue, LegalRef, Official

MODELS: dict[str, Any] = {
    "extraction": Extraction,
    "article": Article,
    "indices": IndexResult,
    "officials": Official,
    "directives": Directive,
    "legal_refs": LegalRef,
    "issues": Issue,
    "portal": Portal,
    "family": Family,
}


def schema_of(name: str) -> dict[str, Any]:
    """The schema (draft 2020-12) of one kind of record."""
    schema: dict[str, Any] = MODELS[name].model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


@click.command()
@click.argument("kind", type=click.Choice(list(MODELS)), default="extraction")
def schema(kind: str) -> None:
    """Print the JSON Schema of one KIND of record (default: a whole extraction)."""
    click.echo(json.dumps(schema_of(kind), ensure_ascii=False, indent=2))
