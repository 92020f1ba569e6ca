"""What must hold of any text whatever, however broken."""

import unicodedata
from datetime import date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from govscrape.text.dates import VIETNAM, parse_datetime, resolve_year
from govscrape.text.fold import fold
from govscrape.text.layout import MARKER, trim
from govscrape.text.normalize import nfc, normalise
from govscrape.text.numbers import parse_int, parse_number
from govscrape.text.segment import SegmentRules, paragraphs_of_text, segment

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
# Vowels, tones, lookalikes, invisible characters, jamo and marks of other classes, close together.
TRICKY = st.text(
    st.sampled_from(
        "oaeuyiqghntOAUYQ .\u200b\u00ad\u00a0ÐðƣòóàáùúýỳỷìíĐêếệ"
        "\u0300\u0301\u0302\u0323\u031b\u05b0\u20d0\u0f71ᄀ가ᅡᆨ\u0958漢😀"
    ),
    max_size=24,
)
NEWS = st.lists(
    st.sampled_from(
        [*"aâđÁB TPH1269.,;:!?…()-–+•/\"“”'\n\r\t%|@", "TP.", "./.", "\n\n", " 1. ", "a) ", "Sở", ".jpg", "\u200b"]
    ),
    max_size=60,
).map("".join)
RULES = SegmentRules(abbreviations=("TP.",), caption_words=("Sở",))


@given(ANY | TRICKY)
@example("a\u200b\u0301")
@example("ƣ\u0300")
@example("hoà\u0302")
@example("\u0f73\u0f71")
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once
    assert unicodedata.is_normalized("NFC", once)


@given(ANY | TRICKY, st.data())
def test_spans_lead_to_the_same_characters(text: str, data: st.DataObject) -> None:
    """Each character leads to source characters that alone spell it, but for a tone's place inside its syllable."""
    done = normalise(text)
    start = data.draw(st.integers(0, len(done.text)))
    end = data.draw(st.integers(start, len(done.text)))
    first, last = done.to_source(start, end)
    assert 0 <= first <= last <= len(text)
    assert (first == last) == (start == end)
    if start < end:
        back = done.from_source(first, last)
        assert back[0] <= start < end <= back[1]
    bare = _without_tones(normalise(text[first:last]).text)
    assert _without_tones(done.text[start:end]) in bare


def _without_tones(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@given(ANY | TRICKY)
def test_source_spans_follow_each_other(text: str) -> None:
    """Offsets never go back: order in the text is order in the source."""
    done = normalise(text)
    spans = [done.to_source(at, at + 1) for at in range(len(done.text))]
    assert spans == sorted(spans)
    assert all(spans[at][1] <= spans[at + 1][0] or spans[at] == spans[at + 1] for at in range(len(spans) - 1))


@given(
    st.lists(st.sampled_from("Hòa thủy quý hoàn Tỉnh ủy khỏe đạt điểm Nguyễn 82,17 xếp".split()), min_size=1), st.data()
)
def test_decomposed_words_are_found_whole(words: list[str], data: st.DataObject) -> None:
    """NFD input is exact, not only near."""
    source = unicodedata.normalize("NFD", " ".join(words))
    done = normalise(source)
    place = data.draw(st.integers(0, len(words) - 1))
    start = len(" ".join(words[:place])) + (place > 0)
    first, last = done.to_source(start, start + len(words[place]))
    assert nfc(source[first:last]) == words[place]


@given(ANY | TRICKY)
@example("İ")
@example("ẞß")
def test_folding_keeps_every_offset(text: str) -> None:
    one = normalise(text).text
    folded = fold(one)
    assert len(folded) == len(one)
    assert fold(folded) == folded


@given(NEWS | ANY)
def test_segments_lie_in_order_and_lose_nothing(text: str) -> None:
    """Every letter and digit stands in exactly one clause, unless it is part of a list marker."""
    body, paragraphs = paragraphs_of_text(text, RULES)
    at = 0
    for block in segment(body, paragraphs, RULES):
        assert block.sentences or not any(map(str.isalnum, body[block.start : block.end]))
        for sentence in block.sentences:
            assert block.start <= sentence.start < sentence.end <= block.end
            assert trim(body, sentence.start, sentence.end) == (sentence.start, sentence.end)
            for clause in sentence.clauses:
                assert max(at, sentence.start) <= clause.start < clause.end <= sentence.end
                _only_markers(body[at : clause.start])
                at = clause.end
    _only_markers(body[at:])


def _only_markers(gap: str) -> None:
    rest = gap.strip(" \n\t;,\u00a0")
    assert not any(map(str.isalnum, rest)) or MARKER.search(gap + " x") is not None


@given(NEWS | ANY)
def test_paragraphs_are_the_body(text: str) -> None:
    body, paragraphs = paragraphs_of_text(text, RULES)
    assert unicodedata.is_normalized("NFC", body)
    assert "\n\n".join(body[p.start : p.end] for p in paragraphs) == body
    assert all(p.start < p.end for p in paragraphs)


@given(st.integers(0, 10**9), st.integers(1, 4))
def test_numbers_survive_their_vietnamese_spelling(number: int, decimals: int) -> None:
    grouped = f"{number:,}".replace(",", ".")
    assert parse_number(grouped) == number
    assert parse_int(grouped) == number
    fraction = f"{number / 10**decimals:.{decimals}f}"
    assert parse_number(fraction.replace(".", ",")) == float(fraction)


@given(ANY | NEWS)
def test_number_and_date_readers_never_raise(text: str) -> None:
    parse_number(text)
    parse_int(text)
    parse_datetime(text, ("dd/MM/yyyy HH:mm", "iso", "unix"))


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31, 23, 59)), ANY)  # noqa: DTZ001 - hypothesis wants them bare
def test_a_printed_time_is_read_back(moment: datetime, words: str) -> None:
    """Whatever letters stand around it."""
    around = "".join(c for c in words if c.isalpha() or c.isspace())
    printed = f"{around} {moment:%d/%m/%Y %H:%M}\n{around}"
    if not around.strip().upper().startswith(("AM", "PM", "SA", "CH", "A.", "P.")):
        assert parse_datetime(printed, ("dd/MM/yyyy HH:mm",)) == moment.replace(second=0, microsecond=0, tzinfo=VIETNAM)


@given(st.dates(date(1995, 1, 1), date(2095, 1, 1)), st.integers(-400, 400))
def test_resolved_year_is_the_nearest_on_its_side(published: date, days: int) -> None:
    other = published + timedelta(days=days)
    past = resolve_year(other.day, other.month, published, future=False)
    ahead = resolve_year(other.day, other.month, published, future=True)
    assert past is not None
    assert ahead is not None
    assert past <= published + timedelta(days=1)
    assert ahead >= published
    if (other.month, other.day) != (2, 29):
        assert past > published - timedelta(days=366)
        assert ahead < published + timedelta(days=367)
