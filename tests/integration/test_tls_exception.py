"""What a portal's TLS exception admits, and that it admits no more: handshakes in memory with servers of each kind."""

import shutil
import ssl
import warnings
from pathlib import Path

import pytest
from tests.integration.faults import wire

from govscrape.fetch import guard
from govscrape.models.portal import TlsException

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
WHY = "the portal's server knows no newer protocol"


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return wire.certificate(tmp_path_factory.mktemp("tls"), "unsigned")


def server(signed: tuple[Path, Path], newest: ssl.TLSVersion) -> ssl.SSLContext:
    """A server that speaks no newer protocol than ``newest``, as OpenSSL of ten years ago did."""
    key, made = signed
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = newest
    context.load_cert_chain(made, key)
    return context


def shake(client: ssl.SSLContext, serving: ssl.SSLContext, name: str) -> str | None:
    """The protocol that both agree on. Raises ssl.SSLError when they do not."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        serving.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(10):
        waiting = 0
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                waiting += 1
        if not waiting:
            return ends[0].version()
    raise AssertionError("the handshake does not end")


def client(exception: TlsException | None, trusted: Path | None) -> ssl.SSLContext:
    context = guard._tls_context(exception)
    if trusted:
        context.load_verify_locations(trusted)
    return context


def test_an_old_server_is_refused_without_an_exception_and_met_with_one(signed: tuple[Path, Path]) -> None:
    """A portal on TLS 1.0 is lost unless its file says so; another portal never speaks it."""
    old = server(signed, ssl.TLSVersion.TLSv1)
    admitted = TlsException(reason=WHY, security_level=0, minimum_version="1.0")
    for exception in (None, TlsException(reason=WHY), TlsException(reason=WHY, security_level=0)):
        with pytest.raises(ssl.SSLError):
            shake(client(exception, signed[1]), old, wire.HOST)
    assert shake(client(admitted, signed[1]), old, wire.HOST) == "TLSv1"


def test_an_old_protocol_is_no_reason_to_trust_anybody(signed: tuple[Path, Path]) -> None:
    """The certificate and its name are checked in spite of every exception but ``verify: false``."""
    old = server(signed, ssl.TLSVersion.TLSv1_1)
    admitted = TlsException(reason=WHY, security_level=0, minimum_version="1.1", legacy_renegotiation=True)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake(client(admitted, None), old, wire.HOST)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake(client(admitted, signed[1]), old, "elsewhere.test")
    assert shake(client(admitted, signed[1]), old, wire.HOST) == "TLSv1.1"
    unchecked = admitted.model_copy(update={"verify": False})
    assert shake(client(unchecked, None), old, wire.HOST) == "TLSv1.1"


def test_old_renegotiation_is_admitted_only_when_asked() -> None:
    """OpenSSL 3 turns away servers without RFC 5746; its option 0x4 admits them."""
    usual, legacy = client(None, None), client(TlsException(reason=WHY, legacy_renegotiation=True), None)
    assert (usual.options & 0x4, legacy.options & 0x4) == (0, 0x4)
