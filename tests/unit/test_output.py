"""Tables for people: nothing is cut off at the edge of a terminal, nothing broken that is copied from it."""

import io

import pytest

from govscrape.cli.figures import figures
from govscrape.cli.output import write_rows

URL = "https://portal.example/tin-tuc/cai-cach-hanh-chinh/ket-qua-papi-nam-2024-cua-tinh-12345.html"
COLUMNS = ("index", "component", "subject", "year", "status", "score", "rank", "change", "evidence")
ROW = {
    **{"index": "PAPI", "subject": "Thừa Thiên Huế", "year": 2024, "status": "result", "score": "≥ 41.29/80 points"},
    **{"rank": "43/63 national", "change": "score +0.65\nrank +14", "evidence": f"tỉnh {'rất ' * 40}tiến bộ\n{URL}"},
}


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_a_table_shows_all_of_a_row(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """At 80 columns the words of the evidence ended at the edge, and a URL over four lines cannot be followed."""
    monkeypatch.setenv("COLUMNS", str(width))
    out = io.StringIO()
    write_rows([ROW, ROW | {"rank": None}], COLUMNS, "table", stream=out)
    told = out.getvalue()
    assert all(len(line) <= width for line in told.splitlines() if URL not in line)
    assert told.split().count("rất") == 80
    assert "tiến" in told
    if width >= 80:
        assert told.count(URL) == 2
        assert told.count("evidence") <= 1


def test_people_read_one_time_and_files_another() -> None:
    """One table told an operator London's time, and the next one Hanoi's."""
    row = {"seen": "2026-11-24T16:27:09.629Z", "due": "2026-11-24T23:43:00+07:00", "day": "2026-11-24"}
    told = {form: io.StringIO() for form in ("table", "csv")}
    write_rows([row], list(row), "table", stream=told["table"])
    write_rows([row], list(row), "csv", stream=told["csv"])
    assert told["table"].getvalue().split("│")[1:4] == [
        f" {text} " for text in ("2026-11-24 23:27 +07:00", "2026-11-24 23:43 +07:00", "2026-11-24")
    ]
    assert told["csv"].getvalue().splitlines()[1] == ",".join(row.values())


def test_a_rank_says_among_whom() -> None:
    """The third of a region's five looked like the third of the country."""
    none = dict.fromkeys(("score", "score_max", "unit", "rank_group"))
    assert figures({**none, "rank": 3, "rank_of": 5, "rank_scope": "Tây Nguyên"})["rank"] == "3/5 Tây Nguyên"
    assert figures({**none, "rank": None, "rank_of": None, "rank_group": "top 10"})["rank"] == "top 10"
    cells = figures({**none, "score": 2.5, "score_bound": "max", "rank": None, "rank_delta": 0, "score_delta": -1})
    assert (cells["score"], cells["change"]) == ("≤ 2.5", "score -1\nrank kept")
