"""Pages about bodies and legal documents: what a body was told, tells and who speaks for it; who cites a document."""

from typing import Any

from govscrape.dataset import bodies
from govscrape.explore import laws
from govscrape.explore.addresses import Address, slug
from govscrape.explore.book import Book, Page
from govscrape.explore.words import Words
from govscrape.rules.organisations import catalogue

Row = dict[str, Any]

LISTED_MAX = 1000
ORDERS_MAX = 100
PEOPLE_MAX = 60
CITED_MAX = 100


def organisations(book: Book, _address: Address, words: Words) -> Page:
    """The bodies that most articles show: of the centre, then by province."""
    found: list[Row] = book.kept("organisations", lambda: bodies.organisations(book.db, LISTED_MAX + 1))
    groups: dict[str, list[Row]] = {}
    for body in found[:LISTED_MAX]:
        groups.setdefault("" if body["level"] == "central" else body["province"] or "?", []).append(body)
    ordered = sorted(groups.items(), key=lambda pair: (pair[0] == "?", slug(pair[0]) if pair[0] else ""))
    return Page("organisations.html", words("organisations.title"), {"groups": ordered, "cut": len(found) > LISTED_MAX})


def organisation(book: Book, address: Address, words: Words) -> Page | None:
    """A body: what it was told by when, what it told others and issued, who speaks for it."""
    body = bodies.organisation(book.db, f"{address.key}/{address.name}")
    if body is None:
        return None
    number = body["id"]
    told = bodies.orders(book.db, number, "addressee", ORDERS_MAX)
    return Page(
        "organisation.html",
        " · ".join(filter(None, (body["name"], body["province"]))),
        {
            "body": body,
            "many": body["kind"] == catalogue().kind_of_many,
            "told": told,
            "along": bodies.orders(book.db, number, "coordinating", ORDERS_MAX),
            "gave": bodies.orders(book.db, number, "issuer", ORDERS_MAX),
            "most": ORDERS_MAX,
            "issued": bodies.documents_from(book.db, body["key"], CITED_MAX),
            "speakers": bodies.speakers(book.db, number, PEOPLE_MAX),
            "spellings": [name for name in body["names"] if name != body["name"]],
            "chart": _months(bodies.months_of_body(book.db, number), words("organisation.told")),
        },
    )


def documents(book: Book, _address: Address, words: Words) -> Page:
    """The documents that most articles cite, those of the centre and those of provinces."""
    found: list[Row] = book.kept("documents", lambda: bodies.documents(book.db, LISTED_MAX + 1))
    central = [row for row in found[:LISTED_MAX] if row["province"] is None]
    local = [row for row in found[:LISTED_MAX] if row["province"] is not None]
    shown = {"groups": [("central", central), ("local", local)], "cut": len(found) > LISTED_MAX}
    return Page("documents.html", words("documents.title"), shown)


def document(book: Book, address: Address, words: Words) -> Page | None:
    """A document: what it is, who cites it in which sentence, and which directives rest on it."""
    law = bodies.document(book.db, f"{address.key}/{address.name}")
    if law is None:
        return None
    cited = bodies.citations(book.db, law["id"], CITED_MAX)
    return Page(
        "document.html",
        laws.name_of(law),
        {
            "law": law,
            "issuer": bodies.organisation(book.db, law["issuer_key"]) if law["issuer_key"] else None,
            "cited": [row | {"sentence": laws.sentence(row)} for row in cited],
            "based": bodies.based_on(book.db, law["id"], ORDERS_MAX),
            "most": CITED_MAX,
            "chart": _months(bodies.months_of_document(book.db, law["id"]), words("start.articles")),
        },
    )


def _months(rows: list[Row], label: str) -> Row:
    return {"kind": "months", "rows": rows, "year": "", "labels": {"directives": label}}
