"""Who is one person: posts that articles link, offices one after the other, and namesakes kept apart."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from govscrape.models.article import Article
from govscrape.models.records import Evidence, Extraction, Official
from govscrape.store import Store
from govscrape.store.people import Post, grouped

WORDS = Evidence(start=0, end=2, text="Lê")


def post(titles: str | Sequence[str], organisation: str | None, first: str, last: str) -> Post:
    told = json.dumps([titles] if isinstance(titles, str) else list(titles), ensure_ascii=False)
    return Post(told, organisation, None, first, last, 1, 1)


def told(*posts: Post) -> list[tuple[int, str]]:
    """How many posts each person has, and why."""
    return [(len(person.posts), person.identity) for person in grouped(posts)]


def test_one_title_at_one_organisation_is_one_person() -> None:
    """Also where an article leaves the organisation out or writes it shorter."""
    long = post("Giám đốc", "Sở Y tế tỉnh Gia Lai", "2023-01-01", "2023-02-01")
    short = post("Giám đốc", "Sở Y tế", "2023-01-15", "2023-03-01")
    bare = post("giám đốc", None, "2023-01-20", "2023-01-20")
    assert told(long, short, bare) == [(3, "one")]


def test_a_record_with_two_titles_links_both() -> None:
    """A chairman is often the party's deputy secretary too."""
    both = post(("Phó Bí thư Tỉnh ủy", "Chủ tịch UBND tỉnh"), None, "2023-01-01", "2023-01-01")
    party = post("Phó Bí thư Tỉnh ủy", None, "2023-01-01", "2024-01-01")
    state = post("Chủ tịch UBND tỉnh", None, "2023-01-01", "2024-01-01")
    assert told(party, state, both) == [(3, "one")]
    assert told(party, state) == [(2, "unclear")]


def test_one_office_after_the_other_is_a_move() -> None:
    """A director of one department becomes director of another."""
    before = post("Giám đốc", "Sở Y tế", "2019-01-01", "2020-01-01")
    after = post("Giám đốc", "Sở Nội vụ", "2020-06-01", "2022-01-01")
    assert told(after, before) == [(2, "moved")]


def test_the_same_office_of_two_bodies_at_a_time_is_two_people() -> None:
    """Two deputy directors of one name in one province were one row before."""
    health = post("Phó Giám đốc Sở Y tế", "Sở Y tế", "2019-01-01", "2022-01-01")
    home = post("Phó Giám đốc Sở Nội vụ", "Sở Nội vụ", "2020-06-01", "2021-01-01")
    bare = post("Phó Giám đốc", None, "2020-07-01", "2020-07-01")
    assert told(home, health) == [(1, "namesake"), (1, "namesake")]
    assert sum(count for count, _ in told(home, health, bare)) == 3


def test_two_people_of_one_article_are_two(tmp_path: Path) -> None:
    """The extractor makes one record of a person and article, so two of one name are two; and they stay numbered."""
    path = tmp_path / "g.db"

    def official(title: str) -> Official:
        return Official(name="Lê Hòa", titles=(title,), evidence=WORDS, rule="r", confidence=1)

    def save(store: Store, number: int, *titles: str) -> None:
        when = datetime(2024, 1, number, tzinfo=UTC)
        article = Article(url=f"https://p.example/{number}", province="Gia Lai", body="Lê Hòa", published_at=when)
        found = Extraction(article=article, officials=tuple(map(official, titles)))
        store.save(found, fetched_at=when, ruleset_version="r", code_version="1")

    with Store.open(path) as store:
        save(store, 1, "Chủ tịch UBND huyện A")
        save(store, 3, "Bí thư xã B")
        query = "SELECT title, person, identity FROM official_posts ORDER BY title"
        told = store.db.conn.execute(query).fetchall()
        assert told == [("Bí thư xã B", 1, "moved"), ("Chủ tịch UBND huyện A", 1, "moved")]
        save(store, 2, "Chủ tịch UBND huyện A", "Bí thư xã B")
        told = store.db.conn.execute(query).fetchall()
        assert told == [("Bí thư xã B", 2, "namesake"), ("Chủ tịch UBND huyện A", 1, "namesake")]
        store.save(
            Extraction(article=Article(url="https://p.example/2", province="Gia Lai", body="Lê Hòa")),
            fetched_at=datetime(2024, 2, 1, tzinfo=UTC),
            ruleset_version="r",
            code_version="1",
        )
        assert {row[1] for row in store.db.conn.execute(query)} == {1}
