"""Bytes to text: which charset a page is in, whatever it says it is.

In order: byte order mark, HTTP header, ``<meta>``, detection; the first that decodes strictly wins. A one-byte
charset never fails to decode, so bytes that are valid UTF-8 are read as UTF-8 whatever they were declared.
"""

import codecs
import re
import unicodedata

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from govscrape.text import legacy

_SAMPLE = 64_000
_UTF8 = "utf-8"
_VIETNAMESE = "cp1258"
_ALIASES = {"windows-1258": _VIETNAMESE, "utf8": _UTF8, "ascii": _UTF8, "us-ascii": _UTF8}
_ONE_BYTE = re.compile(r"cp\d{3,4}$|iso8859-|latin|windows-|koi8|tis-620|mac")
# What UTF-8 Vietnamese looks like after it was read as Windows-1252 or Latin-1 and written as UTF-8 again.
_MOJIBAKE = re.compile(r"(?:á[»º][\x80-\xbf\u0152-\u2122]|Ä[\x90\x91\u2018]|Æ[°¡\xa0]|Ã[\x80-\xbf])")
# Plain searches, which clear most pages in no time; those for one letter come first since they are the fastest.
_MOJIBAKE_SIGNS = (("\xbb", "\xe1\xbb"), ("\xba", "\xe1\xba"), ("\xc4", ""), ("\xc6", ""), ("\xc3", ""))
_RUN = re.compile(r"(?<=>)[^<]+|(?<=content=)(?:\"[^\"]*\"|'[^']*')")  # what a page says: texts, and its meta elements
_REPAIRED = "double-encoded, repaired"
_GARBLED = "double-encoded, not repaired"


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text of a page and how it was read, e.g. ``"utf-8 (header)"``.

    Never raises: bytes that no charset reads are replaced and counted in the second value, as is text that had
    been encoded twice. windows-1258 is composed to NFC, since it writes tones as separate marks.
    """
    text, source = _decode(body, content_type)
    sample = text[:_SAMPLE]
    if (
        any(sign in sample and whole in sample for sign, whole in _MOJIBAKE_SIGNS)
        and len(_MOJIBAKE.findall(sample)) >= 3
    ):
        repaired = _undo(text)
        return (repaired, f"{source}, {_REPAIRED}") if repaired is not None else (text, f"{source}, {_GARBLED}")
    return text, source


def is_as_sent(source: str) -> bool:
    """Whether a page's bytes are the UTF-8 of the text that :func:`decode` gave."""
    return source.startswith(f"{_UTF8} (") and source.endswith(")") and not source.endswith(("(bom)", "replaced)"))


def old_charset(text: str) -> legacy.Charset | None:
    """As ``legacy.detect``, without reading all of a text whose first quarter shows enough of Unicode.

    A word with a letter that only Unicode gives has at least that one; and there are no more words with a letter beyond
    ASCII than such letters. So too few of the former are impossible when they outnumber a tenth of the latter.
    """
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    modern = sum(map(legacy.is_modern, text[: len(text) // 4].split()))
    return None if modern * 10 > beyond else legacy.detect(text)


def modernise(html: str, charset: legacy.Charset) -> str:
    """A page with its texts of before Unicode converted; what is Unicode on the same page stays (menus are, often)."""
    return _RUN.sub(lambda run: run[0] if legacy.is_modern(run[0]) else legacy.convert(run[0], charset), html)


def is_repaired(source: str) -> bool:
    """Whether :func:`decode` undid a second encoding."""
    return source.endswith(_REPAIRED)


def is_garbled(source: str) -> bool:
    """Whether :func:`decode` saw text that it could not read."""
    return source.endswith((_GARBLED, "replaced)"))


def _decode(body: bytes, content_type: str | None) -> tuple[str, str]:
    bom, bom_bytes = read_bom(body)
    if bom and bom_bytes:
        return body[len(bom_bytes) :].decode(bom, errors="replace"), f"{_name(bom)} (bom)"
    declared = [
        (charset, source)
        for charset, source in (
            (http_content_type_encoding(content_type), "header"),
            (html_body_declared_encoding(body[:4096]), "meta"),
        )
        if charset
    ]
    for charset, source in declared:
        name = _name(charset)
        if _ONE_BYTE.match(name) and (text := _strict(body, _UTF8)) is not None and not text.isascii():
            return text, f"{_UTF8} (detected; {source} said {name})"
        if (text := _strict(body, name)) is not None:
            return _compose(text, name), f"{name} ({source})"
    return _detect(body)


def _detect(body: bytes) -> tuple[str, str]:
    if (text := _strict(body, _UTF8)) is not None:
        return text, f"{_UTF8} (detected)"
    loose = body.decode(_UTF8, errors="replace")
    broken = loose.count("\ufffd")
    letters = sum(char > "\x7f" for char in loose)
    # A page cut in the middle of a letter, or with one foreign byte, is still UTF-8.
    if broken * 20 <= letters:
        return loose, f"{_UTF8} (detected, {broken} bytes replaced)"
    vietnamese = _strict(body, _VIETNAMESE)
    if vietnamese is not None and _has_tone_marks(vietnamese):
        return _compose(vietnamese, _VIETNAMESE), f"{_VIETNAMESE} (detected)"
    from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to load, and hardly ever needed

    best = from_bytes(body[:_SAMPLE]).best()
    if best is not None and (text := _strict(body, best.encoding)) is not None:
        return text, f"{_name(best.encoding)} (detected)"
    return loose, f"{_UTF8} (detected, {broken} bytes replaced)"


def _name(charset: str) -> str:
    """Python's name of a charset as pages spell it; unknown names stay and fail to decode."""
    lower = charset.strip().lower()
    if lower in _ALIASES:
        return _ALIASES[lower]
    try:
        return codecs.lookup(lower).name
    except LookupError:
        return lower


def _strict(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return None


def _compose(text: str, charset: str) -> str:
    return unicodedata.normalize("NFC", text) if charset == _VIETNAMESE else text


def _has_tone_marks(text: str) -> bool:
    """Whether at least every tenth non-ASCII letter is a combining tone, as windows-1258 writes them."""
    foreign = [char for char in text[:_SAMPLE] if char > "\x7f"]
    marks = sum(char in "\u0300\u0301\u0303\u0309\u0323" for char in foreign)
    return marks * 10 >= len(foreign) > 0


def _undo(text: str) -> str | None:
    """``text`` with its second encoding undone, or None when some of it was encoded only once."""
    raw = bytearray()
    for char in text:
        code = ord(char)
        if code < 0x100:
            raw.append(code)
            continue
        try:
            raw += char.encode("cp1252")
        except UnicodeEncodeError:
            return None
    return _strict(bytes(raw), _UTF8)
