"""Audits: who is drawn, what the verdicts say of the rules, and how sure records are of it."""

import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govscrape.errors import InputError
from govscrape.evaluate.audit import Made, Page, draw, of_articles
from govscrape.evaluate.audit_page import LANGUAGES, audit_page
from govscrape.evaluate.precision import by_rule, estimate, wilson
from govscrape.evaluate.verdicts import audit_of, corrections_of, judged
from govscrape.models.article import Article, Paragraph
from govscrape.models.records import Evidence, Extraction, IndexResult, LegalRef
from govscrape.store import Store
from govscrape.store.audits import Sampled, Verdict
from govscrape.store.confidence import STATED_WEIGHT

NOW = datetime(2025, 1, 2, tzinfo=UTC)
MADE = Made(NOW, "rules-1", "1")
SAID = "PAPI năm 2023 đạt 43,2 điểm"


def extraction(number: int, rules: list[str], portal: str = "p") -> Extraction:
    made: dict[str, Any] = {"evidence": Evidence(start=0, end=len(SAID), text=SAID), "confidence": 0.9}
    results = tuple(
        IndexResult(index="PAPI", subject="Gia Lai", year=2000 + at, score=43.2, rule=rule, **made)
        for at, rule in enumerate(rules)
    )
    article = Article(
        url=f"https://{portal}.example/{number}",
        portal=portal,
        province="Gia Lai",
        title=f"Tin {number}",
        body=SAID,
        paragraphs=(Paragraph(kind="text", start=0, end=len(SAID)),),
    )
    return Extraction(article=article, indices=results, legal_refs=(LegalRef(kind="Luật", rule="l", **made),))


@pytest.fixture
def store(tmp_path: Path) -> Any:
    """40 records of a common rule on two portals, 3 of a rare one, and 12 legal references."""
    with Store.open(tmp_path / "g.db") as opened:
        for number in range(10):
            save(opened, extraction(number, ["common"] * 3 + ["rare"] * (number < 3)))
        for number in range(2):
            save(opened, extraction(number, ["common"] * 5, "q"))
        yield opened


def save(store: Store, what: Extraction) -> None:
    store.save(what, fetched_at=NOW, ruleset_version="rules-1", code_version="1")


def draw_of(
    store: Store, size: int, seed: int = 1, by: tuple[str, ...] = ("rule", "portal"), made: Made = MADE
) -> Page:
    return draw(store, size=size, by=by, seed=seed, made=made)


def read_back(store: Store, page: Page, verdicts: dict[str, Verdict]) -> None:
    """As ``govscrape correct`` does, with one verdict for each rule."""
    items = [
        item.model_copy(update={"verdict": verdicts[item.rule], "at": page.file.audit.made_at})
        for item in page.file.items
        if item.rule in verdicts
    ]
    file = page.file.model_copy(update={"items": tuple(items)})
    store.audits.save(*audit_of(file), judged(file, "A"))
    store.audits.set_precision(by_rule(store.audits.sampled()))


def confidences(store: Store, rule: str) -> set[float]:
    sql = "SELECT DISTINCT confidence FROM index_results WHERE rule = ?"
    return {row[0] for row in store.db.conn.execute(sql, (rule,))}


def test_every_rule_is_drawn_and_the_common_one_more_often(store: Store) -> None:
    """A plain random sample of ten would hardly ever meet a rare rule."""
    page = draw_of(store, 10)
    drawn = Counter(shown.item.rule for shown in page.shown)
    assert sum(drawn.values()) == 10
    assert drawn["common"] > drawn["l"] > drawn["rare"] >= 1
    strata = {part.name: (part.population, part.sampled) for part in page.file.strata}
    assert strata == {
        "index common": (40, drawn["common"]),
        "index rare": (3, drawn["rare"]),
        "legal_ref l": (12, drawn["l"]),
    }
    assert (page.population, page.strata) == (55, 3)


def test_a_rule_is_drawn_from_all_portals_in_their_proportion(store: Store) -> None:
    """Three quarters of the common rule's records are on one portal; chance alone would often miss the other."""
    for seed in range(20):
        page = draw_of(store, 20, seed)
        portals = Counter(shown.item.portal for shown in page.shown if shown.item.rule == "common")
        assert abs(portals["q"] - sum(portals.values()) / 4) <= 1


def test_every_record_of_a_rule_has_the_same_chance(store: Store) -> None:
    """An estimate from a sample that favours some records is none."""
    seen: Counter[str] = Counter()
    for seed in range(400):
        page = draw_of(store, 12, seed)
        seen.update(shown.item.locator.url for shown in page.shown if shown.item.rule == "l")
    mean = sum(seen.values()) / 12
    assert len(seen) == 12
    assert all(abs(count - mean) < 5 * math.sqrt(mean) for count in seen.values())


def test_the_same_seed_draws_the_same_records(store: Store) -> None:
    """A page that is made again must go on with the verdicts that the browser keeps."""
    assert draw_of(store, 10).file == draw_of(store, 10).file
    assert draw_of(store, 10).file.audit.id != draw_of(store, 10, seed=2).file.audit.id


def test_few_and_many(store: Store) -> None:
    """Fewer than there are rules, and more than there are records."""
    page = draw_of(store, 2)
    assert (len(page.shown), len(page.file.strata), page.strata) == (2, 2, 3)
    assert len(draw_of(store, 500).shown) == 55
    assert len({(s.item.locator.url, str(s.item.record)) for s in draw_of(store, 500).shown}) == 55
    with Store.open(store.path.with_name("empty.db")) as empty, pytest.raises(InputError, match="no records to judge"):
        draw_of(empty, 5)


def test_corrected_records_are_not_drawn_again(store: Store) -> None:
    """They no longer say what the rule made of the text."""
    page = draw_of(store, 55)
    wrong = page.file.items[0].model_copy(update={"verdict": "wrong", "withdrawn": True, "at": NOW})
    other = page.file.items[1].model_copy(update={"verdict": "wrong", "at": NOW, "edits": _edit("score", 43.2, 42.0)})
    file = page.file.model_copy(update={"items": (wrong, other)})
    added = store.corrections.add(list(corrections_of(file, "A")))
    assert [one.status for one in added] == ["applied", "applied"]
    assert draw_of(store, 55).population == 53


def _edit(slot: str, expected: float, new: float) -> Any:
    from govscrape.evaluate.verdicts import Edit

    return (Edit(slot=slot, expected=expected, new=new),)


def test_chosen_articles_show_what_the_rules_gave(store: Store) -> None:
    """A correction is about the rules' value; one that rests on a corrected value would be void at once."""
    url = "https://p.example/0"
    page = of_articles(store, [url], made=MADE)
    first = page.file.items[0]
    file = page.file.model_copy(
        update={
            "items": (
                first.model_copy(update={"verdict": "wrong", "at": NOW, "edits": _edit("score", 43.2, 42.0)}),
                page.file.items[1].model_copy(update={"verdict": "wrong", "at": NOW, "withdrawn": True}),
            )
        }
    )
    store.corrections.add(list(corrections_of(file, "A")))
    again = of_articles(store, [url], made=MADE)
    assert again.file.items == page.file.items
    assert (again.shown[0].corrected, again.shown[1].withdrawn) == ({"score": 42.0}, True)
    html = audit_page(again)
    assert "corrected before: score: 42.0" in html
    assert "withdrawn before" in html
    read_back(store, again, {"common": "wrong"})
    assert store.audits.sampled() == []
    with pytest.raises(InputError, match="no such article"):
        of_articles(store, ["https://p.example/none"], made=MADE)


@pytest.mark.parametrize(
    ("share", "number", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        (81 / 263, 263, 0.2553, 0.3662),
        (15 / 148, 148, 0.0624, 0.1605),
        (0.0, 20, 0.0, 0.1611),
        (1 / 29, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(share: float, number: int, low: float, high: float) -> None:
    assert wilson(share, number) == pytest.approx((low, high), abs=5e-5)


def sampled(stratum: str, population: int, verdict: Verdict, rule: str = "a", ruleset: str = "r") -> Sampled:
    return Sampled("0" * 16, f"2025-{ruleset}", ruleset, stratum, population, "index", rule, verdict, "2025")


def test_verdicts_weigh_what_they_stand_for() -> None:
    """One wrong of two on a portal of 10 and two right on one of 90 are no 75 per cent."""
    some = [
        *(sampled("small", 10, "right"), sampled("small", 10, "wrong")),
        *(sampled("big", 90, "right"), sampled("big", 90, "right"), sampled("big", 90, "unsure")),
    ]
    found = estimate(some, lambda verdict: verdict.rule)["a"]
    assert (found.right, found.wrong, found.unsure) == (3, 1, 1)
    assert found.precision == 0.95
    assert found.effective == pytest.approx(100**2 / (5**2 * 2 + 45**2 * 2), abs=1e-4)
    assert found.low < 0.95 < found.high


def test_only_doubts_say_nothing() -> None:
    assert estimate([sampled("s", 5, "unsure")], lambda verdict: verdict.rule) == {}


def test_only_the_newest_rules_count() -> None:
    """Verdicts on what a mended rule no longer makes would hold it down for ever."""
    old, new = [sampled("s", 5, "wrong", ruleset="1")] * 3, [sampled("s", 5, "right", ruleset="2")]
    (found,) = by_rule([*old, *new])
    assert (found.right, found.wrong, found.ruleset_version) == (1, 0, "2")


def test_audits_set_the_confidence_of_a_rule_and_of_no_other(store: Store) -> None:
    """Eight wrong of eight must be seen in the records, also in those that are stored later."""
    page = draw_of(store, 20)
    number = sum(shown.item.rule == "common" for shown in page.shown)
    read_back(store, page, {"common": "wrong", "rare": "unsure"})
    expected = round(STATED_WEIGHT * 0.9 / (number + STATED_WEIGHT), 4)
    assert confidences(store, "common") == {expected}
    assert confidences(store, "rare") == {0.9}
    save(store, extraction(99, ["common", "rare"]))
    assert confidences(store, "common") == {expected}
    assert confidences(store, "rare") == {0.9}
    (known,) = store.audits.precision()
    assert (known.rule, known.wrong, known.precision, known.low) == ("common", number, 0.0, 0.0)


def test_confidence_is_drawn_from_what_the_rule_states_each_time(store: Store) -> None:
    """Drawn from the last estimate instead, it would creep with every audit."""
    for seed in (1, 2, 3):
        read_back(store, draw_of(store, 20, seed, made=MADE._replace(ruleset_version=str(seed))), {"common": "wrong"})
    (known,) = store.audits.precision()
    assert confidences(store, "common") == {round(STATED_WEIGHT * 0.9 / (known.effective + STATED_WEIGHT), 4)}
    assert store.load("https://p.example/0") != extraction(0, ["common"] * 3 + ["rare"])
    found = store.corrections.uncorrected("https://p.example/0")
    assert found is not None
    assert found[1] == extraction(0, ["common"] * 3 + ["rare"])


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    page = draw_of(store, 20)
    read_back(store, page, {"common": "right", "rare": "wrong"})
    before = list(store.db.conn.iterdump())
    read_back(store, page, {"common": "right", "rare": "wrong"})
    assert list(store.db.conn.iterdump()) == before


def test_a_later_verdict_replaces_an_earlier_one(store: Store) -> None:
    """Somebody thinks again, or reads two files of the same page in the wrong order."""
    page = draw_of(store, 20)
    later = page.file.audit.model_copy(update={"made_at": NOW + timedelta(days=1)})
    again = Page(page.file.model_copy(update={"audit": later}), page.shown, page.population, page.strata)
    read_back(store, page, {"common": "wrong"})
    read_back(store, again, {"common": "right"})
    read_back(store, page, {"common": "wrong"})
    (known,) = store.audits.precision()
    assert (known.wrong, known.precision) == (0, 1.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_for_nothing_and_says_all(store: Store, language: str) -> None:
    html = audit_page(draw_of(store, 10), language)
    assert html.count('<article class="item"') == 10
    assert f'<html lang="{language}">' in html
    assert "default-src 'none'" in html
    assert "unsafe-inline" not in html
    assert not any(word in html for word in ("<link", "@import", "url(", "src="))
