"""One offline HTML page on which a person judges records, by keyboard or finger, and exports the verdicts."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import resources
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import JsonValue

from govscrape.evaluate.audit import Page, Shown
from govscrape.evaluate.verdicts import Item
from govscrape.models.article import Article
from govscrape.models.correction import KINDS, MODELS, Kind, slots
from govscrape.models.schedule import VIETNAM
from govscrape.store.correcting import passage
from govscrape.text.cells import joined

LANGUAGES = ("en", "vi")
_VIETNAM_DAY = "%d/%m/%Y"


@dataclass(frozen=True)
class Aids:
    """What helps a reader: the meaning of slots, values to choose from, and the two codes of each province by name."""

    meanings: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)


def audit_page(page: Page, language: str = "en", aids: Aids | None = None) -> str:
    """The page as one string, in a language of LANGUAGES. It asks for nothing; only its own script runs on it.

    All that comes from articles and rules is escaped, and the policy in its head names the script and style by digest.
    """
    words = _messages()[language]
    style, script = _asset("page.css"), _asset("page.js")
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'"
    data = {
        "file": page.file.model_dump(mode="json"),
        "slots": {kind: _slots(kind) for kind in KINDS},
        "words": words,
        "meanings": dict((aids or Aids()).meanings),
        "choices": {slot: list(values) for slot, values in (aids or Aids()).choices.items()},
        "codes": {name: list(codes) for name, codes in (aids or Aids()).codes.items()},
    }
    cards = (_card(shown, at, len(page.shown), words) for at, shown in enumerate(page.shown, 1))
    parts = [
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(words['title'])}</title><style>{style}</style></head><body>",
        _header(page, words),
        '<nav id="overview"></nav>',
        f'<main id="items">{"".join(cards)}</main>',
        _file_part(words),
        _dialog(words),
        f'<script type="application/json" id="data">{_embedded(data)}</script>',
        f"<script>{script}</script></body></html>\n",
    ]
    return "\n".join(parts)


def _header(page: Page, words: Mapping[str, str]) -> str:
    about = words["sampled" if page.file.audit.sampled else "chosen"].format(
        shown=len(page.shown), population=page.population, strata=page.strata
    )
    made = words["made"].format(day=page.file.audit.made_at.astimezone(VIETNAM).strftime(_VIETNAM_DAY))
    return (
        f'<header><div><h1>{escape(words["title"])}</h1><p class="about">{escape(about)}; {escape(made)}</p></div>'
        f'<p id="progress" role="status"></p>'
        f'<label class="by"><span>{escape(words["by"])}</span><input id="by" autocomplete="name" '
        f'placeholder="{escape(words["by_hint"], quote=True)}"></label>'
        f'<p class="tools"><button id="show-keys" type="button"><kbd>?</kbd> {escape(words["help"])}</button>'
        f'<button id="save" type="button" class="main"><kbd>s</kbd> {escape(words["save"])}</button></p></header>'
    )


def _card(shown: Shown, at: int, number: int, words: Mapping[str, str]) -> str:
    item, kind = shown.item, shown.item.locator.kind
    meta = [
        f'<b class="kind">{escape(words[kind])}</b>',
        f"<span>{escape(words['place'].format(at=at, all=number))}</span>",
        f"<span>{escape(words['rule'])} <code>{escape(item.rule)}</code></span>",
        f"<span>{escape(words['confidence'])} {shown.confidence:.2f}</span>",
    ]
    article = shown.article
    day = article.published_at.strftime(_VIETNAM_DAY) if article.published_at else words["unknown_date"]
    source = [day, article.portal, article.province]
    told = " · ".join(escape(text) for text in source if text)
    return (
        f'<article class="item" id="item-{escape(item.item, quote=True)}" tabindex="-1" '
        f'data-kind="{kind}"><p class="meta">{"".join(meta)}</p>'
        f'<h2 lang="vi">{escape(article.title or "")}</h2>'
        f'<p class="source">{told} · {_link(item.locator.url)}</p>'
        f'<div class="sides"><section><h3>{escape(words["evidence"])}</h3>{_text(article, shown)}</section>'
        f"<section><h3>{escape(words['record'])}</h3>{_earlier(shown, words)}{_table(item, words)}"
        f'<p class="said" role="status"></p></section></div></article>'
    )


def _link(url: str) -> str:
    if urlsplit(url).scheme not in ("http", "https"):
        return f'<span class="url">{escape(url)}</span>'
    return (
        f'<a class="url" href="{escape(url, quote=True)}" target="_blank" rel="noopener noreferrer">{escape(url)}</a>'
    )


def _text(article: Article, shown: Shown) -> str:
    """The paragraphs that hold the evidence, it highlighted, between their neighbours."""
    body, evidence = article.body, shown.evidence
    start, end = passage(article, evidence)
    before = [p for p in article.paragraphs if p.end <= start][-1:]
    after = [p for p in article.paragraphs if p.start >= end][:1]
    held = (
        f"{escape(body[start : evidence.start])}<mark>{escape(body[evidence.start : evidence.end])}</mark>"
        f"{escape(body[evidence.end : end])}"
    )
    around = ['<p class="around">' + escape(body[p.start : p.end]) + "</p>" for p in before]
    rest = ['<p class="around">' + escape(body[p.start : p.end]) + "</p>" for p in after]
    return f'<div class="text" lang="vi">{"".join(around)}<p class="held">{held}</p>{"".join(rest)}</div>'


def _earlier(shown: Shown, words: Mapping[str, str]) -> str:
    if shown.withdrawn:
        return f'<p class="earlier">{escape(words["earlier_withdrawn"])}</p>'
    told = [f"{slot}: {_told(value) or words['nothing']}" for slot, value in shown.corrected.items()]
    return f'<p class="earlier">{escape(words["earlier"])}: {escape("; ".join(told))}</p>' if told else ""


def _table(item: Item, words: Mapping[str, str]) -> str:
    rows = []
    for slot, value in item.record.items():
        empty = value in (None, [])
        told = escape(words["nothing"]) if empty else escape(_told(value))
        rows.append(
            f'<tr data-slot="{slot}"{" class=empty" if empty else ""}><th scope="row">{slot.replace("_", " ")}</th>'
            f'<td lang="vi">{told}</td></tr>'
        )
    return f'<table class="slots"><tbody>{"".join(rows)}</tbody></table>'


def _file_part(words: Mapping[str, str]) -> str:
    return (
        f'<footer id="actions"></footer><details id="export"><summary>{escape(words["file"])}</summary>'
        f"<p>{escape(words['file_hint'])}</p>"
        f'<p><label class="file">{escape(words["load"])} <input type="file" id="load" accept="application/json,.json">'
        f'</label></p><textarea id="file" readonly spellcheck="false" rows="14"></textarea></details>'
    )


def _dialog(words: Mapping[str, str]) -> str:
    keys = (
        *(("j k", "key_next"), ("g", "key_open"), ("y", "key_right"), ("n", "key_wrong"), ("u", "key_unsure")),
        *(("e", "key_edit"), ("x", "key_withdraw"), ("c", "key_note"), ("b", "key_by"), ("z", "key_undo")),
        *(("s", "key_save"), ("?", "key_help")),
    )
    rows = "".join(
        f"<dt>{' '.join(f'<kbd>{key}</kbd>' for key in names.split())}</dt><dd>{escape(words[about])}</dd>"
        for names, about in keys
    )
    return (
        f'<dialog id="keys"><h2>{escape(words["help"])}</h2><dl>{rows}</dl>'
        f'<form method="dialog"><button>{escape(words["done"])}</button></form></dialog>'
    )


def _told(value: JsonValue) -> str:
    return str(joined(value))


def _slots(kind: Kind) -> list[dict[str, Any]]:
    """Of each slot: its name, how its value is written, the values it may have, and whether it may be empty."""
    described = []
    for name in slots(kind):
        held = MODELS[kind].model_fields[name].annotation
        options = [part for part in get_args(held) if part is not type(None)]
        is_optional = type(None) in get_args(held)
        inner = options[0] if is_optional else held
        choices = list(get_args(inner)) if get_origin(inner) is Literal else []
        form = "choice" if choices else "list" if get_origin(inner) is tuple else getattr(inner, "__name__", "str")
        described.append({"name": name, "form": form, "choices": choices, "optional": is_optional or form == "list"})
    return described


def _embedded(data: object) -> str:
    """JSON that no HTML parser leaves early."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _asset(name: str) -> str:
    return (resources.files("govscrape.evaluate") / "audit_assets" / name).read_text(encoding="utf-8")


def _messages() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(_asset("messages.json"))
    return found


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
