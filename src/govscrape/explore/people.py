"""Pages about people and what they ask for: officials, one official, the calendar of directives."""

from typing import Any

from govscrape.dataset import pages
from govscrape.explore.addresses import Address, name_and_number, slug
from govscrape.explore.book import Book, Page
from govscrape.explore.words import Words

Row = dict[str, Any]

PEOPLE_MAX = 1000
SEEN_MAX = 100
CALENDAR_MAX = 500
RECURRING_MAX = 100


def officials(book: Book, _address: Address, words: Words) -> Page:
    """Everybody who was named, by province, those seen last first."""
    found: list[Row] = book.kept("people", lambda: pages.people(book.db, PEOPLE_MAX + 1))
    by_province: dict[str, list[Row]] = {}
    for person in found[:PEOPLE_MAX]:
        by_province.setdefault(person["province"] or "", []).append(person)
    ordered = sorted(by_province.items(), key=lambda pair: slug(pair[0]))
    return Page("officials.html", words("officials.title"), {"people": ordered, "cut": len(found) > PEOPLE_MAX})


def person(book: Book, address: Address, words: Words) -> Page | None:
    """A person: the posts in which articles showed them, when, and what they told others to do."""
    name, number = name_and_number(address.name)
    place = book.places.get(address.key)
    provinces: list[str | None] = [*sorted(place.old.names)] if place and place.old else [None]
    for province in provinces:
        posts = pages.posts_of(book.db, name, province)
        orders = pages.orders_of(book.db, name, province, SEEN_MAX)
        own = [post for post in posts if post["person"] == number]
        if own or (orders and number == 1):
            break
    else:
        return None
    seen = pages.sightings(book.db, name, province, SEEN_MAX)
    others = sorted({post["person"] for post in posts} - {number})
    if others:
        titles = {post["title"] for post in own}
        seen = [row for row in seen if not row["titles"] or titles.intersection(row["titles"])]
    return Page(
        "official.html",
        name,
        {
            "province": province,
            "name": name,
            "others": others,
            "identity": own[0]["identity"] if own else "one",
            "posts": book.with_articles(own),
            "seen": seen,
            "orders": book.with_articles(orders),
            "chart": _chart(own, seen, words),
        },
    )


def _chart(posts: list[Row], seen: list[Row], words: Words) -> Row:
    titles = {post["title"] for post in posts}
    return {
        "kind": "posts",
        "rows": [
            {"title": post["title"], "from": post["first_seen"], "to": post["last_seen"]}
            for post in posts
            if post["first_seen"]
        ],
        "dots": [
            {"title": title, "day": row["published_at"][:10]}
            for row in seen
            if row["published_at"]
            for title in row["titles"]
            if title in titles
        ],
        "labels": {"articles": words("official.articles")},
    }


def calendar(book: Book, address: Address, words: Words) -> Page | None:
    """Directives with a deadline in one year, by month; without a year the newest, and those that come back."""
    months: list[Row] = book.kept("months", lambda: pages.deadline_months(book.db))
    years = book.years()
    if address.key and address.key not in years:
        return None
    year = address.key or (years[-1] if years else "")
    recurring: list[Row] = book.kept("recurring", lambda: pages.recurring(book.db, RECURRING_MAX))
    rows = pages.deadlines(book.db, year, CALENDAR_MAX + 1) if year else []
    by_month: dict[str, list[Row]] = {}
    for row in book.with_articles(rows[:CALENDAR_MAX]):
        by_month.setdefault(row["deadline"][:7], []).append(row)
    return Page(
        "calendar.html",
        words("calendar.title_of", year=year) if address.key else words("calendar.title"),
        {
            "year": year,
            "years": years,
            "months": by_month,
            "cut": len(rows) > CALENDAR_MAX,
            "recurring": [] if address.key else book.with_articles(recurring),
            "today": book.today.isoformat(),
            "counts": months,
            "chart": {
                "kind": "months",
                "rows": months,
                "year": year,
                "labels": {"directives": words("calendar.directives"), "month": words("calendar.month")},
            },
        },
    )
