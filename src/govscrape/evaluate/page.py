"""One offline HTML page: the figures, and each article with errors, its gold and found evidence in colour."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

from govscrape.evaluate.report import ABOUT, PAGES, Part, Report, evidence_text, measure_rows, miss_row
from govscrape.evaluate.run import PageResult, Result, Scored
from govscrape.evaluate.sheet import Miss, Outcome
from govscrape.evaluate.taxonomy import ERRORS, evidence_span, locate

_STYLE = """
:root{color-scheme:light dark;--right:#2e9e5b38;--gold:#e0a00070;--found:#d6336c5c;--line:#8884;--soft:#8881}
*{box-sizing:border-box}
body{font:16px/1.6 system-ui,sans-serif;margin:0 auto;max-width:76rem;padding:1rem 1.25rem 4rem}
h1{margin:.5rem 0}h2{font-size:1.15rem;margin:0 0 .75rem}h2 small{font-weight:400;opacity:.7;margin-left:.5rem}
h3{margin:2rem 0 .25rem}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:.5rem 0;font-variant-numeric:tabular-nums}
th,td{border-bottom:1px solid var(--line);padding:.2rem .7rem;text-align:right;white-space:nowrap}
th{font-weight:500;opacity:.7}th:first-child,td:first-child,.meaning{text-align:left;white-space:normal}
td:first-child{min-width:12rem}
nav{display:flex;flex-wrap:wrap;gap:.4rem;margin:1rem 0}
nav a{border:1px solid var(--line);border-radius:1rem;padding:0 .7rem;text-decoration:none;color:inherit}
nav small{font-weight:600;opacity:.7;margin-left:.35rem}
section{border-top:1px solid var(--line);margin-top:2.5rem;padding-top:1.25rem;scroll-margin-top:1rem}
.both{display:grid;gap:1.5rem;grid-template-columns:minmax(0,3fr) minmax(0,2fr)}
.article{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);border-radius:.5rem;padding:1rem}
mark{color:inherit;background:none;border-radius:.15rem;padding:.05rem 0}
mark.right{background:var(--right)}mark.gold{background:var(--gold)}mark.found{background:var(--found)}
mark.gold.found{background:linear-gradient(var(--gold) 50%,var(--found) 50%)}
sup{font-size:.7em;line-height:1;font-weight:700;padding:0 .1rem}
ol{padding-left:1.5rem;margin:0}ol>li{margin:0 0 1.1rem}ol>li::marker{font-weight:700}
.error{font-weight:600}dl{margin:.2rem 0;display:grid;grid-template-columns:4.5rem minmax(0,1fr);gap:.1rem .5rem}
dt{opacity:.65}dd{margin:0;overflow-wrap:anywhere}
summary{cursor:pointer}body>details{margin:1rem 0}body>details>summary{font-weight:600}
li details{font-size:.875em}li summary{opacity:.8}details ul{padding-left:1.1rem;overflow-wrap:anywhere}
@media(max-width:52rem){body{font-size:15px;padding:.75rem}.both{grid-template-columns:minmax(0,1fr)}
th,td{padding:.2rem .35rem}td:first-child{min-width:7.5rem}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_COLUMNS = ("about", "precision", "recall", "f1", "low", "high", "partial", "gold")
_HEADS = {"about": "measure", "f1": "F1", "low": "95 % from", "high": "to"}
_LEGEND = """<p>In the articles: <mark class="right">found and right</mark>, <mark class="gold">only gold</mark>,
<mark class="found">only found</mark>, <mark class="gold found">both, but different</mark>; a raised number is that of
the error in the list.</p>"""

Explain = Callable[[Result, Miss], Sequence[str]]


class Paint(NamedTuple):
    """A stretch of the body, its colour (right, gold, found), what it says when pointed at, its errors' numbers."""

    start: int
    end: int
    colour: str
    label: str
    numbers: str = ""


def html_page(report: Report, shown: Sequence[str], why: Explain) -> str:
    """The page as one string. All that comes from articles, rules and gold is escaped; it loads and runs nothing.

    The parts ``shown`` tell their misses. ``why`` says in lines what the rules saw where a record went wrong.
    """
    wrong = [result for name in shown for result in report.parts[name].results if result.sheet.misses or result.fault]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width"><title>govscrape evaluate</title>',
        f"<style>{_STYLE}</style></head><body><h1>How well it reads</h1>",
        f"<p>Ruleset {escape(report.ruleset)}, gold {escape(report.gold)}.</p>",
        *(_figures(name, part) for name, part in report.parts.items()),
        _errors(report),
        *(f"<p>{escape(name)}: misses are counted, not told.</p>" for name in report.parts if name not in shown),
        _contents(wrong),
        _LEGEND if wrong else "",
        *(_section(result, why) for result in wrong),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def _figures(name: str, part: Part) -> str:
    is_open = "" if name == PAGES else " open"
    told = f"{name}: {part.articles} {ABOUT[name]}"
    return f"<details{is_open}><summary>{escape(told)}</summary>{_table(_COLUMNS, measure_rows(part))}</details>"


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    def cell(column: str, value: Any) -> str:
        text = "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
        return f"<td{_kind(column)}>{escape(text)}</td>"

    head = "".join(f"<th{_kind(column)}>{_HEADS.get(column, column)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(cell(column, row[column]) for column in columns) + "</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _kind(column: str) -> str:
    return ' class="meaning"' if column == "meaning" else ""


def _errors(report: Report) -> str:
    names = [error for error in ERRORS if any(error in part.errors for part in report.parts.values())]
    if not names:
        return "<p>No errors.</p>"
    rows = [
        {
            "error": error,
            **{name: part.errors.get(error, 0) for name, part in report.parts.items()},
            "meaning": ERRORS[error],
        }
        for error in names
    ]
    return f"<h3>Errors</h3>{_table(tuple(rows[0]), rows)}"


def _contents(wrong: Sequence[Scored]) -> str:
    links = "".join(
        f'<a href="#{escape(result.id, quote=True)}">{escape(result.id)}<small>{len(result.sheet.misses)}</small></a>'
        for result in wrong
    )
    return f"<nav>{links}</nav>" if links else ""


def _section(result: Scored, why: Explain) -> str:
    title = result.case.title if isinstance(result, Result | PageResult) else None
    head = f"<h2>{escape(result.id)}<small>{escape(title or '')}</small></h2>"
    fault = f'<p class="error">{escape(result.fault)}</p>' if result.fault else ""
    misses = result.sheet.misses
    if isinstance(result, Result):
        items = "".join(f"<li>{_miss(result.id, miss, why(result, miss))}</li>" for miss in misses)
        body = f'<div class="both"><div class="article" lang="vi">{_article(result)}</div><ol>{items}</ol></div>'
    else:
        body = f"<ol>{''.join(f'<li>{_page_miss(miss)}</li>' for miss in misses)}</ol>"
    return f'<section id="{escape(result.id, quote=True)}">{head}{fault}{body}</section>'


def _miss(article: str, miss: Miss, seen: Sequence[str]) -> str:
    row = miss_row(article, miss)
    slot = f", {row['slot']}" if row["slot"] else ""
    head = f'<span class="error">{escape(row["error"])}</span> {escape(row["kind"])}{escape(slot)}'
    lines = [(name, str(row[name])) for name in ("gold", "found", "rule") if row[name]]
    if row["value"]:
        lines.insert(0, ("values", f"expected {row['value']['expected']!r}, found {row['value']['found']!r}"))
    told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in lines)
    if not seen:
        return f"{head}<dl>{told}</dl>"
    listed = "".join(f"<li>{escape(line)}</li>" for line in seen)
    return f"{head}<dl>{told}</dl><details><summary>What the rules saw there</summary><ul>{listed}</ul></details>"


def _page_miss(miss: Miss) -> str:
    """What differs on a page: a field's two values, or the paragraphs that only one side has."""
    sides = (("gold", miss.expected), ("found", miss.got))
    told = "".join(
        f'<p><mark class="{colour}">{escape(str(text))}</mark></p>'
        for colour, value in sides
        for text in (value if isinstance(value, list) else [value] if value else [])
    )
    return f'<span class="error">{escape(miss.error)}</span> {escape(miss.slot or "")}<div lang="vi">{told}</div>'


def _article(result: Result) -> str:
    paints = [
        paint
        for outcome in result.sheet.outcomes
        for paint in _outcome_paints(result.article.body, outcome, result.sheet.misses)
    ]
    return paint(result.article.body, paints)


def _outcome_paints(body: str, outcome: Outcome, misses: Sequence[Miss]) -> Iterator[Paint]:
    right = outcome.verdict in ("right", "excused") and not outcome.wrong_slots
    if outcome.gold is not None and not (right and outcome.found is not None):
        span = locate(body, evidence_text(outcome.gold))
        if span:
            numbers = _numbers(misses, lambda miss: miss.gold is outcome.gold)
            yield Paint(*span, "gold", f"gold {outcome.kind}", numbers)
    if outcome.found is not None:
        span = evidence_span(outcome.found)
        if span:
            numbers = "" if right else _numbers(misses, lambda miss: miss.found is outcome.found)
            yield Paint(*span, "right" if right else "found", f"{outcome.kind} by {outcome.found.get('rule')}", numbers)


def _numbers(misses: Sequence[Miss], is_its: Callable[[Miss], bool]) -> str:
    return " ".join(str(number) for number, miss in enumerate(misses, 1) if is_its(miss))


def paint(body: str, paints: Sequence[Paint]) -> str:
    """The body as HTML, cut wherever a stretch begins or ends; what overlaps has all its colours."""
    edges = sorted({0, len(body), *(min(edge, len(body)) for p in paints for edge in (p.start, p.end))})
    out = []
    for start, end in pairwise(edges):
        over = [p for p in paints if p.start <= start and end <= p.end]
        numbers = " ".join(dict.fromkeys(n for p in over if p.start == start for n in p.numbers.split()))
        text = (f"<sup>{escape(numbers)}</sup>" if numbers else "") + escape(body[start:end])
        if not over:
            out.append(text)
            continue
        colours = {p.colour for p in over}
        shown = colours - {"right"} or colours
        label = "; ".join(dict.fromkeys(p.label for p in over))
        out.append(
            f'<mark class="{" ".join(sorted(shown, reverse=True))}" title="{escape(label, quote=True)}">{text}</mark>'
        )
    return "".join(out)
