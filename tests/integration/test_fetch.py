"""The fetcher against a real server that misbehaves. Each test names the mistake it guards."""

import asyncio
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from govscrape.clock import SystemClock
from govscrape.errors import Blocked, FetchError, TooLarge
from govscrape.fetch import HttpFetcher
from govscrape.models.page import Page
from govscrape.models.portal import Portal, TlsException
from govscrape.settings import Settings

from .conftest import FaultServer, Handler, Site, big, bomb, drop, page, redirect, robots, slow, status_then


def get(site: Site, settings: Settings, path: str, **limits: float) -> Page:
    return fetch(site.portal(**limits), settings, site.base + path)


def fetch(portal: Portal, settings: Settings, url: str) -> Page:
    async def go() -> Page:
        async with HttpFetcher(portal, settings, SystemClock()) as fetcher:
            return await fetcher.fetch(url)

    return asyncio.run(go())


def test_says_who_asks(site: Site, settings: Settings) -> None:
    """A crawler without name and contact cannot be asked to stop."""
    site.answers["/"] = page("hello")
    got = get(site, settings, "/")
    assert (got.status, got.body, got.header("content-type")) == (200, b"hello", "text/html; charset=utf-8")
    assert site.agents == {settings.agent}
    assert "test@example.org" in settings.agent


def test_without_contact_no_real_portal_is_asked(site: Site) -> None:
    """The honest name is not an option that may be forgotten."""
    portal = site.portal().model_copy(update={"allow_loopback": False})
    with pytest.raises(FetchError, match="GOVSCRAPE_CONTACT"):
        HttpFetcher(portal, Settings(contact=None), SystemClock())


@pytest.mark.parametrize(
    ("status", "headers"),
    [(503, {}), (429, {"Retry-After": "0"}), (500, {"Retry-After": format_datetime(datetime.now(UTC))})],
    ids=["503 passes", "Retry-After in seconds", "Retry-After as a date in the past"],
)
def test_asks_again_after_a_failure_that_passes(
    site: Site, settings: Settings, status: int, headers: dict[str, str]
) -> None:
    """One overload answer must not lose an article."""
    site.answers["/a"] = status_then(status, 2, "there", headers)
    assert get(site, settings, "/a").body == b"there"
    assert site.asked["/a"] == 3


def test_gives_up_after_the_allowed_tries(site: Site, settings: Settings) -> None:
    """A portal that is down must not be asked for ever."""
    site.answers["/a"] = status_then(503, 99, "")
    with pytest.raises(FetchError, match="HTTP 503"):
        get(site, settings, "/a")
    assert site.asked["/a"] == settings.attempts


@pytest.mark.parametrize(
    "value", ["86400", format_datetime(datetime.now(UTC) + timedelta(days=1))], ids=["seconds", "date"]
)
def test_a_long_wait_is_not_waited_nor_ignored(site: Site, settings: Settings, value: str) -> None:
    """Asking again before the time the server named is rude, sleeping a day is a hang: give up at once."""
    site.answers["/a"] = status_then(429, 99, "", {"Retry-After": value})
    with pytest.raises(FetchError, match="HTTP 429"):
        get(site, settings, "/a")
    assert site.asked["/a"] == 1


def test_a_broken_transfer_is_tried_again(site: Site, settings: Settings) -> None:
    """Half a body must not be taken for an article."""
    site.answers["/a"] = drop
    with pytest.raises(FetchError, match="RemoteProtocolError"):
        get(site, settings, "/a")
    assert site.asked["/a"] == settings.attempts


def test_follows_redirects_and_keeps_both_addresses(site: Site, settings: Settings) -> None:
    """Relative links are resolved against where the page really is."""
    site.answers |= {"/old": redirect("/new"), "/new": page("moved")}
    got = get(site, settings, "/old")
    assert (got.url, got.final_url) == (site.base + "/old", site.base + "/new")


def test_a_redirect_loop_ends(site: Site, settings: Settings) -> None:
    """Two pages that point at each other."""
    site.answers |= {"/a": redirect("/b"), "/b": redirect("/a")}
    with pytest.raises(TooLarge, match="redirects"):
        get(site, settings, "/a", max_redirects=4)


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/", "http://10.0.0.1/", "file:///etc/passwd", "http://u:p@127.0.0.1/"]
)
def test_a_redirect_into_the_private_network_is_refused(site: Site, settings: Settings, target: str) -> None:
    """The guard looks at every hop, not only at the first URL."""
    site.answers["/a"] = redirect(target)
    with pytest.raises(Blocked):
        get(site, settings, "/a")


def test_loopback_only_where_the_portal_says_so(site: Site, settings: Settings) -> None:
    """A portal's page must not make us read a service on this machine."""
    portal = site.portal().model_copy(update={"allow_loopback": False})
    with pytest.raises(Blocked, match=r"127\.0\.0\.1"):
        fetch(portal, settings, site.base + "/a")
    assert not site.asked


@pytest.mark.parametrize("answer", [big(60_000), bomb(5_000_000)], ids=["no length given", "gzip bomb"])
def test_a_body_over_the_cap_is_refused_while_it_comes(site: Site, settings: Settings, answer: object) -> None:
    """Decoded bytes count: a small answer can unpack to a full memory."""
    site.answers["/a"] = answer  # type: ignore[assignment]
    with pytest.raises(TooLarge, match="after decoding"):
        get(site, settings, "/a", max_bytes=50_000)
    assert site.asked["/a"] == 1


def test_an_announced_size_over_the_cap_is_not_read(site: Site, settings: Settings) -> None:
    """What says that it is too large need not be downloaded."""
    site.answers["/a"] = page("x" * 2000)
    with pytest.raises(TooLarge, match="2000 bytes"):
        get(site, settings, "/a", max_bytes=1000)


def test_too_many_headers_are_refused(site: Site, settings: Settings) -> None:
    """Headers have a cap of their own."""
    site.answers["/a"] = page("x", {"X-Long": "y" * 5000})
    with pytest.raises(TooLarge, match="headers"):
        get(site, settings.model_copy(update={"header_bytes_max": 4000}), "/a")


def test_a_trickle_ends_at_the_time_cap(site: Site, settings: Settings) -> None:
    """A byte now and then never meets a read timeout."""
    site.answers["/a"] = slow(3)
    with pytest.raises(TooLarge, match="longer than"):
        get(site, settings.model_copy(update={"response_time_max_s": 0.3}), "/a")


def test_robots_forbids(site: Site, settings: Settings) -> None:
    """robots.txt is asked first, once, and obeyed; also at the target of a redirect."""
    site.answers |= {
        "/robots.txt": robots("User-agent: *\nDisallow: /private\n"),
        "/private/a": page("secret"),
        "/jump": redirect("/private/a"),
    }
    for path in ("/private/a", "/jump"):
        with pytest.raises(Blocked, match=r"robots\.txt disallows"):
            get(site, settings, path)
    assert site.asked["/private/a"] == 0


def test_robots_that_cannot_be_read_is_a_no(site: Site, settings: Settings) -> None:
    """RFC 9309: unreachable (5xx) means keep out, not anything goes."""
    site.answers |= {"/robots.txt": status_then(503, 99, ""), "/a": page("there")}
    with pytest.raises(Blocked, match=r"robots\.txt cannot be read"):
        get(site, settings, "/a")
    assert site.asked["/a"] == 0


def test_no_robots_file_is_a_yes(site: Site, settings: Settings) -> None:
    """Most portals have none (404)."""
    site.answers["/a"] = page("there")
    assert get(site, settings, "/a").status == 200
    assert site.asked["/robots.txt"] == 1


def test_requests_keep_their_distance(site: Site, settings: Settings) -> None:
    """Robots, retries and pages all wait their turn."""
    site.answers["/a"] = status_then(503, 1, "there")
    loop_time: list[float] = []

    async def go() -> None:
        loop = asyncio.get_running_loop()
        async with HttpFetcher(site.portal(delay_s=0.1), settings, SystemClock()) as fetcher:
            loop_time.append(loop.time())
            await fetcher.fetch(site.base + "/a")
            loop_time.append(loop.time())

    asyncio.run(go())
    assert site.asked.total() == 3
    assert loop_time[1] - loop_time[0] >= 0.19


def test_a_missing_page_is_an_answer(site: Site, settings: Settings) -> None:
    """404 is a fact about the article, not a failure of the network."""
    assert get(site, settings, "/gone").status == 404


@pytest.fixture
def tls_site(site: Site, tmp_path: Path) -> Iterator[Site]:
    """The site of faults with a certificate that nobody signed."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    files = [str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")]
    options = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run(
        [openssl, "req", "-x509", *options, "-keyout", files[0], "-out", files[1]], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files[1], files[0])
    server = FaultServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.site = Site(f"https://127.0.0.1:{server.server_port}", site.answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server.site
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_that_nobody_signed(tls_site: Site, settings: Settings) -> None:
    """TLS is verified, and asking again does not help; an exception is the portal's own, with its reason."""
    tls_site.answers["/a"] = page("there")
    with pytest.raises(FetchError, match="certificate verify failed"):
        get(tls_site, settings, "/a")
    assert not tls_site.asked
    exception = TlsException(reason="the test's own certificate", verify=False, security_level=1)
    portal = tls_site.portal().model_copy(update={"tls": exception})
    assert fetch(portal, settings, tls_site.base + "/a").body == b"there"
