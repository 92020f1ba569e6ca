"""robots.txt with a fetcher that answers what it is told."""

import asyncio
from datetime import UTC, datetime

import pytest

from govscrape.errors import Blocked, FetchError
from govscrape.fetch.robots import DELAY_MAX_S, Robots
from govscrape.models.page import Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def rules(answer: str | int | FetchError, asked: list[str] | None = None) -> Robots:
    async def get(url: str) -> Page:
        if asked is not None:
            asked.append(url)
        if isinstance(answer, FetchError):
            raise answer
        status, body = (answer, b"") if isinstance(answer, int) else (200, answer.encode())
        return Page(url=url, final_url=url, status=status, body=body, fetched_at=NOW)

    return Robots(get)


def allowed(robots: Robots, url: str) -> bool:
    try:
        asyncio.run(robots.check(url))
    except Blocked:
        return False
    return True


@pytest.mark.parametrize(
    ("answer", "path", "may"),
    [
        ("User-agent: *\nDisallow: /admin", "/tin", True),
        ("User-agent: *\nDisallow: /admin", "/admin/x", False),
        ("User-agent: *\nDisallow: /\nAllow: /tin", "/tin/1", True),
        ("User-agent: govscrape\nDisallow: /\n\nUser-agent: *\nDisallow:", "/", False),
        ("User-agent: otherbot\nDisallow: /", "/tin", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/tin", False),
        ("<html><body>trang chu</body></html>", "/tin", True),
        ("", "/tin", True),
        (404, "/tin", True),
        (403, "/tin", True),
        (429, "/tin", False),
        (500, "/tin", False),
        (FetchError("https://tinh.example/robots.txt: ReadTimeout"), "/tin", False),
    ],
    ids=[
        "other path", "disallowed", "longer rule wins", "our own name", "another's rule", "byte order mark",
        "a web page",
        "empty", "404", "403", "429", "500", "timeout",
    ],
)  # fmt: skip
def test_what_is_allowed(answer: str | int | FetchError, path: str, may: bool) -> None:
    """Absent is a yes, unreachable is a no."""
    assert allowed(rules(answer), f"https://tinh.example{path}") is may


def test_asked_once_per_host_even_at_the_same_time() -> None:
    """Ten tasks must not ask for the same file ten times; another port is another host."""
    asked: list[str] = []
    robots = rules("User-agent: *\nCrawl-delay: 7", asked)

    async def go() -> None:
        await asyncio.gather(*(robots.check(f"http://tinh.example/{n}") for n in range(10)))
        await robots.check("http://tinh.example:8080/")

    asyncio.run(go())
    assert asked == ["http://tinh.example/robots.txt", "http://tinh.example:8080/robots.txt"]
    assert robots.delay("http://tinh.example/x") == 7
    assert robots.delay("http://unasked.example/") == 0


def test_an_absurd_delay_is_cut() -> None:
    """A delay of a day would stop the whole run."""
    robots = rules("User-agent: *\nCrawl-delay: 86400")
    assert allowed(robots, "http://tinh.example/")
    assert robots.delay("http://tinh.example/") == DELAY_MAX_S
