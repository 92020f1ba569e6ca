"""The fault site's internet: names that answer as a test says, and one public address that leads to the site.

The guard stays as it is in production: the portal does not allow loopback, its name has a public address, and only the
very last step, the connection to that address, is led to the server of this test.
"""

import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Protocol

import httpx2

from govscrape.fetch import guard

PUBLIC = "1.1.1.1"
HOST = "portal.test"
OPENSSL = shutil.which("openssl")

_CA = """
[ca]
default_ca = d
[d]
dir = {folder}
database = {folder}/index.txt
new_certs_dir = {folder}
serial = {folder}/serial
default_md = sha256
policy = p
x509_extensions = x
[p]
commonName = supplied
[x]
subjectAltName = DNS:{name}
basicConstraints = CA:TRUE
"""


class Patch(Protocol):
    """What puts one thing in another's place; pytest's does, and puts it back."""

    def setattr(self, target: object, name: str, value: object, /) -> None:
        """Let ``target.name`` be ``value``."""
        ...


class Names:
    """A name server: ``answers`` gives, per name, one list of addresses per question; the last one stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {HOST: [[PUBLIC]]}
        self._real = socket.getaddrinfo

    def getaddrinfo(self, host: str, port: int, *args: object, **more: object) -> list[tuple[object, ...]]:
        """Stands in for the system's resolver."""
        if not str(host).endswith(".test"):
            return list(self._real(host, port, *args, **more))  # type: ignore[arg-type]
        told = self.answers.get(host, [[]])
        addresses = told.pop(0) if len(told) > 1 else told[0]
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


def lead_home(patch: Patch, names: Names) -> None:
    """Let ``names`` answer, and connections to the public address reach this machine."""
    pinned = guard._pinned

    def to_loopback(request: httpx2.Request, address: str) -> httpx2.Request:
        return pinned(request, "127.0.0.1" if address == PUBLIC else address)

    patch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    patch.setattr(guard, "_pinned", to_loopback)


def certificate(folder: Path, kind: str) -> tuple[Path, Path]:
    """A key and a certificate that signs itself: ``expired``, for the ``wrong_name``, or else good but ``unsigned``."""
    assert OPENSSL
    name = "elsewhere.test" if kind == "wrong_name" else HOST
    days = ("20200101000000Z", "20200201000000Z") if kind == "expired" else ("20200101000000Z", "20990101000000Z")
    (folder / "index.txt").touch()
    (folder / "serial").write_text("01\n")
    (folder / "ca.cnf").write_text(_CA.format(folder=folder, name=name))
    key, request, made = folder / "key.pem", folder / "request.pem", folder / "certificate.pem"
    asked = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request]
    signed = ["ca", "-batch", "-selfsign", "-notext", "-config", folder / "ca.cnf", "-keyfile", key]
    signed += ["-startdate", days[0], "-enddate", days[1], "-in", request, "-out", made]
    for step in (asked, signed):
        subprocess.run([OPENSSL, *map(str, step)], check=True, capture_output=True)
    return key, made


def serve_tls(server: socket.socket, folder: Path, kind: str) -> tuple[ssl.SSLSocket, Path]:
    """The server's socket behind TLS with such a certificate, and the certificate's file."""
    key, made = certificate(folder, kind)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context.wrap_socket(server, server_side=True), made
