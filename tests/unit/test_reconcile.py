"""Claims beside published values: each verdict for its own reason, and nobody called silent who was not listened to."""

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from govscrape.cli.reconcile import reconcile as command
from govscrape.dataset import Scope, reconcile, silence, verdicts
from govscrape.dataset.published import Published, Truth, load_truth
from govscrape.demo import sample_articles
from govscrape.errors import RuleError
from govscrape.models.article import Article
from govscrape.models.records import Evidence, Extraction, IndexResult
from govscrape.store import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PROVINCES = {"gialai": "Gia Lai", "dongnai": "Đồng Nai", "quangninh": "Quảng Ninh", "thuathienhue": "Thừa Thiên Huế"}


def published(**values: Any) -> Published:
    base: dict[str, Any] = {
        **{"index": "PAPI", "component": None, "year": 2023, "level": "province", "subject": "Gia Lai", "code": "64"},
        **{"era": 63, "score": "40.3179", "unit": None, "scale_max": 80.0, "rank": 51, "rank_of": 61},
        **{"status": "verified-press", "source": "s", "source_url": None, "note": None},
    }
    return Published(**base | values)


def save(path: Path, words: str, *, day: str = "2024-05-01", province: str = "Gia Lai", **result: Any) -> None:
    record = {"index": "PAPI", "subject": "Gia Lai", "subject_code": "64", "year": 2023, **result}
    evidence = Evidence(start=0, end=len(words), text=words)
    article = Article(
        url=f"https://p.example/{abs(hash((words, day, province)))}",
        province=province,
        portal="p",
        body=words,
        published_at=datetime.fromisoformat(f"{day}T08:00:00+07:00"),
    )
    results = (IndexResult(evidence=evidence, rule="r", confidence=1, **record),) if result else ()
    with Store.open(path) as store:
        what = Extraction(article=article, indices=results)
        store.save(what, fetched_at=NOW, ruleset_version="r", code_version="1")


@pytest.mark.parametrize(
    ("words", "claim", "truth", "verdict"),
    [
        pytest.param("40,3179", {"score": 40.3179}, {}, "agrees", id="the same number"),
        pytest.param("40,32", {"score": 40.32}, {}, "rounds", id="rounded, as newspapers print"),
        pytest.param("40,31", {"score": 40.31}, {}, "rounds", id="cut off instead of rounded"),
        pytest.param("40,30", {"score": 40.3}, {}, "differs", id="the zero was written, so that 40,30 is not 40,3"),
        pytest.param("40,3", {"score": 40.3}, {}, "rounds", id="one decimal"),
        pytest.param("40,33", {"score": 40.33}, {}, "differs", id="one step beyond rounding"),
        pytest.param("82,924", {"score": 82.924}, {"score": "82.92"}, "rounds", id="the published one is shorter"),
        pytest.param("82,93", {"score": 82.93}, {"score": "82.92"}, "differs", id="a hundredth is a difference"),
        pytest.param(
            "82,93",
            {"score": 82.93},
            {"score": "82.92", "status": "derived-from-press"},
            "rounds",
            id="but not beside a value known to a hundredth only",
        ),
        pytest.param("gần 41", {"score": 41.0, "score_bound": "approx"}, {}, "rounds", id="nearly"),
        pytest.param("trên 40", {"score": 40.0, "score_bound": "min"}, {}, "rounds", id="above, and it is"),
        pytest.param("trên 41", {"score": 41.0, "score_bound": "min"}, {}, "differs", id="above, and it is not"),
        pytest.param("thứ 51", {"rank": 51}, {}, "agrees", id="a rank agrees"),
        pytest.param("thứ 52", {"rank": 52}, {}, "differs", id="or differs; ranks do not round"),
        pytest.param("thứ 52", {"rank": 52}, {"rank": None}, "unpublished", id="the published row has no rank"),
        pytest.param("thứ 7", {"rank": 7, "year": 2019}, {}, "unpublished", id="another year"),
        pytest.param("thứ 7", {"rank": 7, "year": None}, {}, "unpublished", id="a claim of no year"),
        pytest.param("thứ 51", {"rank": 51, "rank_of": 34}, {}, "unpublished", id="34 ranked: today's Gia Lai"),
        pytest.param("51 trước", {"prev_rank": 51, "baseline_year": 2023, "year": 2024}, {}, "agrees", id="recalled"),
    ],
)
def test_verdict(tmp_path: Path, words: str, claim: dict[str, Any], truth: dict[str, Any], verdict: str) -> None:
    """The tolerances, each with the case it is there for."""
    save(tmp_path / "g.db", words, **claim)
    (row,) = reconcile(tmp_path / "g.db", truth=Truth((published(**truth),)))
    assert row["verdict"] == verdict
    assert (row["evidence"], row["url"] is not None) == (words, True)
    assert verdicts(tmp_path / "g.db", 1, truth=Truth((published(**truth),))).rows == {verdict: [row]}


def test_verdicts_count_what_reconcile_tells(tmp_path: Path) -> None:
    """One article's 40,3 rounds and another's 40,30 does not: one number, told apart by how each writes it."""
    truth = Truth((published(), published(year=2022, rank=5)))
    path = tmp_path / "g.db"
    for number in range(3):
        save(path, f"40,3 điểm, bài {number}", score=40.3)
        save(path, f"40,30 điểm, bài {number}", score=40.3, prev_rank=5, baseline_year=2022)
        save(path, f"thứ 51 và 4 năm trước, bài {number}", rank=51, prev_rank=4, baseline_year=2022)
        save(path, f"thứ 51/34, bài {number}", rank=51, rank_of=34, day=f"2025-0{6 + number}-30")
    rows = reconcile(path, truth=truth)
    found = verdicts(path, 2, truth=truth)
    assert found.counts == {"PAPI": Counter(row["verdict"] for row in rows)}
    assert found.counts == {"PAPI": {"rounds": 3, "differs": 6, "agrees": 6, "unpublished": 3}}
    assert all(len(each) == 2 for each in found.rows.values())
    assert all(row in rows for each in found.rows.values() for row in each)


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param({"rank": 1, "rank_scope": "Tây Nguyên"}, id="a rank in a region beside the national one"),
        pytest.param({"score": 50.0, "status": "target"}, id="a target"),
        pytest.param({"score": 41.0, "subject_level": "national_average"}, id="a mean"),
    ],
)
def test_what_is_no_claim(tmp_path: Path, claim: dict[str, Any]) -> None:
    """They would all be told as differing."""
    save(tmp_path / "g.db", "lời", **claim)
    assert reconcile(tmp_path / "g.db", truth=Truth((published(),))) == []


def test_silence_needs_articles_of_the_time(tmp_path: Path) -> None:
    """A portal crawled for 2026 only says nothing about 2023; another's article is not one's own."""
    path = tmp_path / "g.db"
    truth = Truth((published(), published(index="PCI"), published(index="PGI"), published(year=2010)))
    save(path, "Tin khác")
    save(path, "Gia Lai 40,32 điểm", score=40.32, province="Đồng Nai")
    save(path, "Gia Lai thứ 26 về PCI", rank=26, index="PCI")
    found = {(row["index"], row["year"]): row["state"] for row in silence(path, truth=truth)}
    states = ("told_elsewhere", "reported", "silent", "not_covered")
    assert found == dict(zip([("PAPI", 2023), ("PCI", 2023), ("PGI", 2023), ("PAPI", 2010)], states, strict=True))


def test_who_told_first_and_how_many(tmp_path: Path) -> None:
    """A province's own article goes before an earlier one of others; an article with two figures is one."""
    path = tmp_path / "g.db"
    truth = Truth((published(),))
    save(path, "của người khác", score=40.32, province="Đồng Nai", day="2024-04-01")
    save(path, "của mình", score=40.32, day="2024-05-02")
    save(path, "của mình, sớm hơn", score=40.32, day="2024-05-01")
    (row,) = silence(path, truth=truth)
    (first,) = [each["url"] for each in reconcile(path, truth=truth) if each["evidence"] == "của mình, sớm hơn"]
    assert (row["state"], row["told_by"], row["url"]) == ("reported", 3, first)


def test_the_facts_are_all_there(shared: Path) -> None:
    """A row lost on the way would turn a claim into an unpublished one."""
    for name in ("official_results", "official_components"):
        wanted = list(csv.reader((shared / "facts" / f"{name}.csv").read_text(encoding="utf-8").splitlines()))
        path = Path(__file__).parents[2] / "rules" / "published" / f"{name}.csv"
        ours = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        assert len(ours) == len(wanted)
        differing = [one for one, other in zip(ours, wanted, strict=True) if one[:10] != other[:10]]
        assert differing == []
    assert len(load_truth().results) == 2189 + 6074


def test_a_broken_row_is_named(tmp_path: Path) -> None:
    """Who edits the file needs its line."""
    for name in ("entities", "claimed_as", "official_results", "official_components"):
        source = Path(__file__).parents[2] / "rules" / "published" / f"{name}.csv"
        text = "\n".join(source.read_text(encoding="utf-8").splitlines()[:10]) + "\n"
        (tmp_path / f"{name}.csv").write_text(text.replace("93.31", "93,31"), encoding="utf-8")
    with pytest.raises(RuleError, match=r"official_results\.csv:2"):
        load_truth(tmp_path)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample articles with the results that a person wrote down for them."""
    path = tmp_path_factory.mktemp("sample") / "g.db"
    gazetteer = Path(__file__).parents[2] / "rules" / "gazetteer" / "province.csv"
    codes = {row["name"]: row["code_63"] for row in csv.DictReader(gazetteer.read_text(encoding="utf-8").splitlines())}
    with Store.open(path) as store:
        for sample in sample_articles():
            results = tuple(
                IndexResult(
                    evidence=Evidence(start=0, end=len(stated.text), text=stated.text),
                    rule="hand",
                    confidence=1,
                    subject_code=codes.get(stated.subject),
                    **stated.model_dump(exclude={"text", "optional"}),
                )
                for stated in sample.indices
            )
            article = Article(
                url=f"https://{sample.portal}.example/{sample.slug}",
                portal=sample.portal,
                province=PROVINCES[sample.portal],
                title=sample.title,
                body=sample.body,
                published_at=sample.published_at,
            )
            what = Extraction(article=article, indices=results)
            store.save(what, fetched_at=NOW, ruleset_version="r", code_version="1")
    return path


@pytest.mark.parametrize(
    ("verdict", "subject", "index", "claimed", "printed"),
    [
        ("agrees", "Gia Lai", "SIPAS", 83.84, 83.84),
        ("rounds", "Gia Lai", "PAPI", 40.32, 40.3179),
        ("differs", "Khánh Hòa", "FTA_INDEX", 32.92, 32.96),
        ("unpublished", "Sở Kế hoạch và Đầu tư", "DDCI", 70.79, None),
    ],
)
def test_sample_articles(
    sample: Path, verdict: str, subject: str, index: str, claimed: float, printed: float | None
) -> None:
    """One of each that a reader of the two texts would say, and no difference that is none."""
    rows = reconcile(sample)
    wanted = {"verdict": verdict, "subject": subject, "index": index, "claimed": claimed, "published": printed}
    assert any(all(row[name] == value for name, value in wanted.items()) for row in rows)
    assert [row["subject"] for row in rows if row["verdict"] == "differs"] == ["Khánh Hòa"]


def test_silence_of_the_samples(sample: Path) -> None:
    """Huế fell to rank 19 in PAR INDEX 2022 and none of its articles says so; of 2019 none is stored."""
    rows = silence(sample, Scope(index=("par index",), province=("hue",), years=(2013, 2022)))
    states = {row["year"]: row["state"] for row in rows}
    assert states[2022] == "silent"
    assert states[2015] == "not_covered"


def test_command_shows_both_sides(sample: Path) -> None:
    """The reader sees the claim with its words and the published value with its source."""
    arguments = ["--db", str(sample), "--state", "differs", "--format", "csv"]
    result = CliRunner().invoke(command, arguments)
    (row,) = csv.DictReader(result.stdout.splitlines())
    assert (row["claimed"], row["published"], row["certainty"]) == ("32.92", "32.96", "verified-press")
    assert "32,92" in row["evidence"]
    assert row["source_url"].startswith("https://")
    assert "1 differs" in result.stderr
