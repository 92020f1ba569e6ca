"""One offline HTML page: the figures, and each article with errors, its gold and found evidence in colour."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from govscrape.evaluate.report import Report, evidence_text, measure_rows, miss_row
from govscrape.evaluate.run import Result
from govscrape.evaluate.sheet import Miss, Outcome
from govscrape.evaluate.taxonomy import ERRORS, evidence_span, locate

_STYLE = """
:root{color-scheme:light dark;--right:#2e9e5b40;--gold:#e0a00066;--found:#d6336c59;--line:#8886}
body{font:16px/1.55 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem}
table{border-collapse:collapse;margin:.5rem 0}
th,td{border-bottom:1px solid var(--line);padding:.2rem .7rem;text-align:right}
th:first-child,td:first-child{text-align:left}
section{border-top:2px solid var(--line);margin-top:2rem}
.article{white-space:pre-wrap;border-left:3px solid var(--line);padding-left:1rem}
mark{color:inherit;background:none}mark.right{background:var(--right)}mark.gold{background:var(--gold)}
mark.found{background:var(--found)}mark.gold.found{background:linear-gradient(var(--gold) 50%,var(--found) 50%)}
li{margin:.6rem 0}.error{font-weight:600}dl{margin:.2rem 0}details{font-size:.85em}
dt{float:left;clear:left;width:5.5rem;opacity:.7}dd{margin-left:6rem}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


Explain = Callable[[Result, Miss], Sequence[str]]


class Paint(NamedTuple):
    """A stretch of the body, how it is shown (right, gold, found) and what it says when pointed at."""

    start: int
    end: int
    colour: str
    label: str


def html_page(report: Report, why: Explain) -> str:
    """The page as one string. All that comes from articles, rules and gold is escaped; it loads and runs nothing.

    ``why`` says in lines what the rules saw where a record went wrong.
    """
    wrong = [result for result in report.results if result.sheet.misses or result.fault]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width"><title>govscrape evaluate</title>',
        f"<style>{_STYLE}</style></head><body><h1>How well it reads</h1>",
        f"<p>{len(report.results)} articles, {len(wrong)} with errors; ruleset {escape(report.ruleset)}, "
        f"gold {escape(report.gold)}.</p>",
        _measures(report),
        _errors(report.errors),
        '<p>In the articles: <mark class="right">found and right</mark>, <mark class="gold">only gold</mark>, '
        '<mark class="found">only found</mark>, <mark class="gold found">both, but different</mark>.</p>',
        *(_section(result, why) for result in wrong),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def _measures(report: Report) -> str:
    keys = ("precision", "recall", "f1", "low", "high")
    rows = [
        f"<tr><td>{escape(row['about'])}</td>"
        + "".join(f"<td>{'' if row[key] is None else format(row[key], '.3f')}</td>" for key in keys)
        + f"<td>{row['gold']}</td></tr>"
        for row in measure_rows(report)
    ]
    head = "".join(f"<th>{name}</th>" for name in ("measure", "precision", "recall", "F1", "95 % from", "to", "gold"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _errors(errors: Mapping[str, int]) -> str:
    if not errors:
        return "<p>No errors.</p>"
    rows = "".join(
        f"<tr><td>{escape(error)}</td><td>{count}</td><td>{escape(ERRORS[error])}</td></tr>"
        for error, count in errors.items()
    )
    return f"<table><thead><tr><th>error</th><th>times</th><th>meaning</th></tr></thead><tbody>{rows}</tbody></table>"


def _section(result: Result, why: Explain) -> str:
    case = result.case
    title = f" {escape(case.title)}" if case.title else ""
    fault = f'<p class="error">{escape(result.fault)}</p>' if result.fault else ""
    items = "".join(f"<li>{_miss(result, miss, why(result, miss))}</li>" for miss in result.sheet.misses)
    article = paint(result.article.body, list(_paints(result)))
    return (
        f'<section id="{escape(case.id, quote=True)}"><h2>{escape(case.id)}{title}</h2>{fault}<ol>{items}</ol>'
        f'<div class="article" lang="vi">{article}</div></section>'
    )


def _miss(result: Result, miss: Miss, seen: Sequence[str]) -> str:
    row = miss_row(result.case.id, miss)
    slot = f", {row['slot']}" if row["slot"] else ""
    head = f'<span class="error">{escape(row["error"])}</span> {escape(row["kind"])}{escape(slot)}'
    lines = [(name, row[name]) for name in ("gold", "found", "rule") if row[name]]
    if row["value"]:
        lines.insert(0, ("values", f"expected {row['value']['expected']!r}, found {row['value']['found']!r}"))
    told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in lines)
    if not seen:
        return f"{head}<dl>{told}</dl>"
    listed = "".join(f"<li>{escape(line)}</li>" for line in seen)
    return f"{head}<dl>{told}</dl><details><summary>What the rules saw there</summary><ul>{listed}</ul></details>"


def _paints(result: Result) -> Iterator[Paint]:
    for outcome in result.sheet.outcomes:
        right = outcome.verdict in ("right", "excused") and not outcome.wrong_slots
        yield from _outcome_paints(result.article.body, outcome, right=right)


def _outcome_paints(body: str, outcome: Outcome, *, right: bool) -> Iterator[Paint]:
    if outcome.gold is not None and not (right and outcome.found is not None):
        span = locate(body, evidence_text(outcome.gold))
        if span:
            yield Paint(*span, "gold", f"gold {outcome.kind}")
    if outcome.found is not None:
        span = evidence_span(outcome.found)
        if span:
            yield Paint(*span, "right" if right else "found", f"{outcome.kind} by {outcome.found.get('rule')}")


def paint(body: str, paints: Sequence[Paint]) -> str:
    """The body as HTML, cut wherever a stretch begins or ends; what overlaps has all its colours."""
    edges = sorted({0, len(body), *(min(edge, len(body)) for p in paints for edge in (p.start, p.end))})
    out = []
    for start, end in pairwise(edges):
        over = [p for p in paints if p.start <= start and end <= p.end]
        text = escape(body[start:end])
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
