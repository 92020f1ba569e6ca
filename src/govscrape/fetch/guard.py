"""The address guard: a URL from a page must not make us read the operator's own network.

Names are resolved here and the connection goes to the address that was checked, so that a second answer of the name
server cannot change the target in between. Every hop of a redirect passes this way.
"""

import asyncio
import ipaddress
import socket
import ssl
import warnings
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import lru_cache

import httpx2

from govscrape.errors import Blocked, FetchError
from govscrape.fetch.connections import Connections
from govscrape.models.portal import TlsException

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@lru_cache(maxsize=1024)
def check_url(url: str) -> httpx2.URL:
    """The parsed URL. Blocked unless it is http or https with a host and without a password in it."""
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError) as error:
        raise Blocked(f"{url!r}: not a URL ({error})") from error
    if parsed.scheme not in ("http", "https"):
        raise Blocked(f"{url}: only http and https are fetched")
    if not parsed.host:
        raise Blocked(f"{url}: no host")
    if parsed.userinfo:
        raise Blocked(f"{url}: a user name in the URL")
    return parsed


def is_public(address: str, *, allow_loopback: bool = False) -> bool:
    """Whether an IP address may be contacted: global unicast, also when it is wrapped in an IPv6 address."""
    try:
        parsed = _unwrap(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if allow_loopback and parsed.is_loopback:
        return True
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def _unwrap(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour or address


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, in the resolver's order, and an address as it is; FetchError when there are none."""
    with suppress(ValueError):
        return [str(ipaddress.ip_address(host))]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"{host}: the name does not resolve ({error})") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Connects only to addresses that passed :func:`is_public`; TLS still checks the certificate against the name.

    One connection pool per scheme and name: a connection whose certificate was checked for one name is never used for
    another.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool,
        tls: TlsException | None = None,
        http2: bool = True,
        resolver: Resolver = resolve,
    ) -> None:
        self._allow_loopback = allow_loopback
        self._exception = tls
        # A server that needs an exception is older than HTTP/2, which forbids what the exception admits.
        self._http2 = http2 and tls is None
        self._resolver = resolver
        self._pools: dict[tuple[str, str], Connections] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Resolve, check every address, then try them in turn."""
        url = check_url(str(request.url))
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = await self._resolver(_host(url), port)
        for address in addresses:
            if not is_public(address, allow_loopback=self._allow_loopback):
                raise Blocked(f"{url}: {url.host} is {address}, not a public address")
        failure: Exception = FetchError(f"{url}: the name has no address")
        for address in addresses:
            try:
                return await self._pool(url).handle_async_request(_pinned(request, address))
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = error
        raise failure

    def _pool(self, url: httpx2.URL) -> Connections:
        key = url.scheme, _host(url)
        if key not in self._pools:
            secure = url.scheme == "https"
            # Reading the trusted certificates takes longer than a page; plain HTTP needs none, and gets none.
            tls = _tls_context(self._exception) if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._pools[key] = Connections(tls, http2=self._http2 and secure)
        return self._pools[key]

    async def aclose(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.aclose()
        self._pools.clear()


def _host(url: httpx2.URL) -> str:
    """The name as DNS and certificates have it: ASCII, an international name in its xn-- form."""
    return url.raw_host.decode("ascii")


def _tls_context(exception: TlsException | None) -> ssl.SSLContext:
    if exception is None:
        return httpx2.create_ssl_context()
    context = httpx2.create_ssl_context(verify=exception.verify)
    context.set_ciphers(f"DEFAULT:@SECLEVEL={exception.security_level}")
    if exception.minimum_version != "1.2":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the exception's reason has answered it
            context.minimum_version = _OLD_VERSIONS[exception.minimum_version]
    if exception.legacy_renegotiation:
        context.options |= _LEGACY_SERVER_CONNECT
    return context


_OLD_VERSIONS = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1}
_LEGACY_SERVER_CONNECT = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT, which Python names from 3.12 on


def _pinned(request: httpx2.Request, address: str) -> httpx2.Request:
    extensions = {**request.extensions, "sni_hostname": _host(request.url)}
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=address.partition("%")[0]),
        headers=request.headers,
        stream=request.stream,
        extensions=extensions,
    )
