"""Charsets as portals have them: declared wrongly, not declared, twice encoded, legacy."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govscrape.parse import decode
from govscrape.parse.encoding import is_garbled, is_repaired

TEXT = "Thành phố Huế đạt 83,84 điểm, xếp thứ nhất; Đà Nẵng giữ nguyên vị trí so với năm trước."
HTML = f"<html><body><p>{TEXT}</p></body></html>"


def _cp1258(text: str) -> bytes:
    """As a Windows editor writes Vietnamese: vowel letters composed, tones as marks after them."""
    import unicodedata

    out = []
    for char in text:
        try:
            out.append(char.encode("cp1258"))
        except UnicodeEncodeError:
            marks = [c for c in unicodedata.normalize("NFD", char) if c in "\u0300\u0301\u0303\u0309\u0323"]
            bare = "".join(c for c in unicodedata.normalize("NFD", char) if c not in marks)
            out.append((unicodedata.normalize("NFC", bare) + marks[0]).encode("cp1258"))
    return b"".join(out)


@pytest.mark.parametrize(
    ("body", "content_type", "source"),
    [
        (HTML.encode(), "text/html; charset=UTF-8", "utf-8 (header)"),
        (codecs.BOM_UTF8 + HTML.encode(), "text/html; charset=windows-1252", "utf-8 (bom)"),
        (HTML.encode("utf-16"), None, "utf-16-le (bom)"),
        (b'<meta charset="utf-8">' + HTML.encode(), None, "utf-8 (meta)"),
        (HTML.encode(), None, "utf-8 (detected)"),
        (HTML.encode(), "text/html; charset=ISO-8859-1", "utf-8 (detected; header said cp1252)"),
        (b'<meta charset="windows-1258">' + HTML.encode(), None, "utf-8 (detected; meta said cp1258)"),
        (_cp1258(HTML), "text/html; charset=windows-1258", "cp1258 (header)"),
        (_cp1258(HTML), "text/html; charset=utf-8", "cp1258 (detected)"),
        (_cp1258(HTML), "text/html; charset=no-such-charset", "cp1258 (detected)"),
        (_cp1258(HTML), None, "cp1258 (detected)"),
    ],
)
def test_the_text_is_the_same_however_it_is_written(body: bytes, content_type: str | None, source: str) -> None:
    """One wrong charset turns every name on a portal into another string, and tells nobody."""
    text, how = decode(body, content_type)
    assert TEXT in text
    assert how == source


def test_double_encoding_is_undone() -> None:
    """UTF-8 read as Windows-1252 and saved again as UTF-8: valid, and unreadable."""
    twice = "".join(bytes([byte]).decode("cp1252", errors="replace") for byte in HTML.encode())
    lost = twice.encode()
    sloppy = HTML.encode().decode("latin-1").encode()
    text, how = decode(sloppy, "text/html; charset=utf-8")
    assert TEXT in text
    assert is_repaired(how)
    assert is_garbled(decode(lost, None)[1])


def test_half_double_encoding_is_left_and_told() -> None:
    """A sound part must not be destroyed to mend another."""
    mixed = HTML.encode().decode("latin-1") + TEXT
    text, how = decode(mixed.encode(), None)
    assert TEXT in text
    assert is_garbled(how)


def test_sound_text_is_never_taken_for_double_encoded() -> None:
    """French and German quotations hold the same letters singly."""
    text, how = decode("Ãnh, Æ, Ä: “déjà vu” — Mátyás".encode(), "text/html; charset=utf-8")
    assert text.startswith("Ãnh")
    assert how == "utf-8 (header)"


def test_a_cut_page_is_still_utf8() -> None:
    """A connection that broke inside a letter spoils one letter, not the charset."""
    text, how = decode((TEXT * 30).encode()[:-1] + b"\xc3", "text/html; charset=utf-8")
    assert text.startswith(TEXT)
    assert is_garbled(how)


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "text/html; charset=utf-8", "text/html; charset=cp1258", ";;charset="]),
)
def test_no_bytes_raise(body: bytes, content_type: str | None) -> None:
    """Whatever a server sends is text in the end."""
    assert isinstance(decode(body, content_type)[0], str)
