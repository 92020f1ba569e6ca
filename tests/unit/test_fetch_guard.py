"""The address guard, without a network: the resolver is given."""

import asyncio
from collections.abc import Sequence

import httpx2
import pytest

from govscrape.errors import Blocked
from govscrape.fetch.guard import GuardedTransport, check_url, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1",
        "224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "not an address", "",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(address: str) -> None:
    """Each way of writing an address of the operator's own network, IPv4 inside IPv6 too."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["203.162.0.1", "1.1.1.1", "2405:4800::1", "64:ff9b::101:101"])
def test_public_addresses_pass(address: str) -> None:
    """The guard must not keep us from the portals."""
    assert is_public(address)


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1"])
def test_allowing_loopback_allows_nothing_else(address: str) -> None:
    """The demo needs 127.0.0.1, not the office network."""
    assert is_public("127.0.0.1", allow_loopback=True)
    assert is_public("::1", allow_loopback=True)
    assert not is_public(address, allow_loopback=True)


@pytest.mark.parametrize(
    "url",
    ["ftp://a.vn/", "file:///etc/passwd", "javascript:alert(1)", "/a", "http://", "http://u:p@a.vn/", ""],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    """A link on a page can be anything."""
    with pytest.raises(Blocked):
        check_url(url)


def _ask(url: str, addresses: Sequence[str]) -> None:
    async def resolver(_host: str, _port: int) -> Sequence[str]:
        return addresses

    async def go() -> None:
        transport = GuardedTransport(allow_loopback=False, resolver=resolver)
        await transport.handle_async_request(httpx2.Request("GET", url))

    asyncio.run(go())


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["203.162.0.1", "10.0.0.1"]], ids=["private", "one of two private"]
)
def test_a_public_name_with_a_private_address_is_refused(addresses: list[str]) -> None:
    """DNS may point anywhere; one bad address among good ones is an attack or a fault, never a choice."""
    with pytest.raises(Blocked, match=r"10\.0\.0\.1"):
        _ask("https://tinh.example/", addresses)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1"])
def test_odd_spellings_of_loopback_are_refused(host: str) -> None:
    """The system's resolver reads these as 127.0.0.1, so the check is on what it answers."""

    async def go() -> None:
        transport = GuardedTransport(allow_loopback=False)
        await transport.handle_async_request(httpx2.Request("GET", f"http://{host}/"))

    with pytest.raises(Blocked):
        asyncio.run(go())


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second answer of the name server cannot change the target; TLS still asks for the name."""
    seen: list[httpx2.Request] = []

    async def fake(_: object, request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200)

    monkeypatch.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", fake)
    _ask("https://tinh.example/tin?id=1", ["203.162.0.1"])
    assert str(seen[0].url) == "https://203.162.0.1/tin?id=1"
    assert seen[0].headers["host"] == "tinh.example"
    assert seen[0].extensions["sni_hostname"] == "tinh.example"


def test_the_next_address_is_tried_when_one_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many portals publish an IPv6 address that is dead."""
    seen: list[str] = []

    async def fake(_: object, request: httpx2.Request) -> httpx2.Response:
        seen.append(request.url.host)
        if request.url.host == "2405:4800::1":
            raise httpx2.ConnectError("no route")
        return httpx2.Response(200)

    monkeypatch.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", fake)
    _ask("http://tinh.example/", ["2405:4800::1", "203.162.0.1"])
    assert seen == ["2405:4800::1", "203.162.0.1"]
